"""The oracle's world: cases, a clock in the hand, messages on their way, and what a command makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.oracle.drawing import Drawing, Element
from tests.oracle.tokens import Case, Data, Running, Token, Wait, carried, tokens_of
from tests.oracle.walking import Refused, Walk

PAUSES = (timedelta(seconds=10), timedelta(minutes=1))
UNITS = {"S": "seconds", "M": "minutes", "H": "hours"}


@dataclass(eq=False)
class Post:
    """A message on its way. `wait`: the event that it is handed to."""

    name: str
    payload: Data
    case: Case
    element: str
    armed_at: datetime
    run_at: datetime
    expires: datetime | None = None
    wait: Wait | None = None
    to: Case | None = None
    attempts: int = 0
    failed: bool = False


@dataclass
class Completion:
    """An element was completed in this command, after those in `past`."""

    ticket: Case
    element: str
    past: frozenset[int]


@dataclass
class World:
    drawings: dict[str, Drawing]
    now: datetime
    cases: list[Case] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)  # of the last command
    taken_away: list[tuple[Case, str]] = field(default_factory=list)  # of the last command
    incidents: list[tuple[Case, str]] = field(default_factory=list)
    task_cases: dict[str, Case] = field(default_factory=dict)  # the case of every task there ever was
    queue: list[tuple[Walk, Token]] = field(default_factory=list)
    calls: list[tuple[Case, Token]] = field(default_factory=list)
    stamps: int = 0
    scopes: int = 0
    numbers: int = 0

    # -- commands ----------------------------------------------------------------------------------------------

    def start(self, key: str, data: Data, case_id: int | None, number: str | None) -> None:
        self._begin_command()
        case = self._case(self.drawings[key])
        case.id = case_id
        known = {**data, "case": {"number": number, "started_at": self.now.isoformat()}}
        self._run(case, known)
        self._settle()

    def complete(self, task_id: str, data: Data, by: str) -> None:
        self._begin_command()
        case, token = self.task(task_id)
        self._require_running(case)
        if token is None:
            raise Refused("task_not_open")
        if by != "engine" and token.assignee not in (None, by):
            raise Refused("task_taken")
        token.data.update(data)
        Walk(self, case).complete(token)
        self._settle()

    def claim(self, task_id: str, by: str) -> None:
        self._begin_command()
        case, token = self.task(task_id)
        self._require_running(case)
        if token is None:
            raise Refused("task_not_open")
        if token.assignee not in (None, by):
            raise Refused("task_taken")
        token.assignee = by

    def unclaim(self, task_id: str, by: str) -> None:
        self._begin_command()
        case, token = self.task(task_id)
        self._require_running(case)
        if token is None:
            raise Refused("task_not_open")
        if token.assignee != by:
            raise Refused("forbidden")
        token.assignee = None

    def cancel(self, case_id: int) -> None:
        self._begin_command()
        case = self.case(case_id)
        self._require_running(case)
        if case.parent is not None:
            raise Refused("only_the_ticket")
        if case.state != "active":
            raise Refused("instance_not_active")
        self._end(case, "cancelled")

    def suspend(self, case_id: int) -> None:
        self._begin_command()
        ticket = self.case(case_id).ticket
        self._require_running(ticket)
        if ticket.state != "active":
            raise Refused("instance_not_active")
        ticket.suspended = True

    def resume(self, case_id: int) -> None:
        self._begin_command()
        ticket = self.case(case_id).ticket
        if not ticket.suspended:
            raise Refused("conflict")
        ticket.suspended = False

    def deliver(self, case_id: int, name: str, payload: Data, kept_for: timedelta | None, choice: int) -> None:
        """A message from outside. `choice`: which of the events that have waited equally long."""
        self._begin_command()
        ticket = self.case(case_id).ticket
        self._require_running(ticket)
        found = self.catches(ticket, name)
        if found:
            case, wait = found[choice]
            self._receive(case, wait, payload)
        elif kept_for is None:
            raise Refused("nobody_waits")
        else:
            self.posts.append(Post(name, payload, ticket, name, self.now, self.now, self.now + kept_for))

    def work(self, job: tuple[Case, Wait] | Post, choice: int = 0) -> None:
        """What a worker does with one due job. What fails is tried again later, twice."""
        self._begin_command()
        if isinstance(job, Post):
            self._hand_on(job, choice)
            return
        case, wait = job
        wait.last_due = wait.due
        Walk(self, case).happen(wait, {})
        self._settle()

    def fail(self, job: tuple[Case, Wait] | Post) -> None:
        """The try has failed and nothing of it was done."""
        self._begin_command()
        case, failed = (job.case, job) if isinstance(job, Post) else job
        failed.attempts += 1
        if failed.attempts <= len(PAUSES):
            failed.run_at = self.now + PAUSES[failed.attempts - 1]
        else:
            failed.failed = True
            self.incidents.append((case, failed.element if isinstance(failed, Post) else failed.element.id))

    def rest(self) -> None:
        """Nothing is due."""
        self._begin_command()

    # -- questions ---------------------------------------------------------------------------------------------

    def case(self, case_id: int) -> Case:
        return next(case for case in self.cases if case.id == case_id)

    def task(self, task_id: str) -> tuple[Case, Token | None]:
        """The case of a task, and the task if it is open."""
        for case in self.cases:
            for token in tokens_of(case.running):
                if token.task_id == task_id and token.state == "open":
                    return case, token
        return self.task_cases[task_id], None

    def open_tasks(self) -> Iterator[tuple[Case, Token]]:
        for case in self.cases:
            yield from ((case, token) for token in tokens_of(case.running) if token.state == "open")

    def waits(self) -> Iterator[tuple[Case, Wait]]:
        for case in self.cases:
            for token in tokens_of(case.running):
                yield from ((case, wait) for wait in token.waits)

    def catches(self, ticket: Case, name: str) -> list[tuple[Case, Wait]]:
        """The events that have waited longest for the message."""
        found = [
            (case, wait)
            for case, wait in self.waits()
            if case.ticket is ticket and wait.element.name == name and wait.since is not None
        ]
        first = min((wait.since for _, wait in found if wait.since), default=None)
        return [(case, wait) for case, wait in found if wait.since == first]

    def due(self, all_due: bool = False) -> list[tuple[Case, Wait] | Post]:
        """The jobs of which a worker takes one now: of those that are due, the first."""
        waiting: list[tuple[datetime, tuple[Case, Wait] | Post]] = [
            (wait.run_at, (case, wait))
            for case, wait in self.waits()
            if wait.run_at is not None and not wait.failed and not case.ticket.suspended
        ]
        waiting += [(post.run_at, post) for post in self.posts if not post.failed and not self._place(post).suspended]
        first = min((run_at for run_at, _ in waiting if run_at <= self.now), default=None)
        return [job for run_at, job in waiting if run_at == first or (all_due and run_at <= self.now)]

    @staticmethod
    def _place(post: Post) -> Case:
        return (post.to or post.case).ticket

    # -- what a walk tells -------------------------------------------------------------------------------------

    def told(self, case: Case, token: Token, element: Element) -> None:
        self.completions.append(Completion(case.ticket, element.id, token.past))
        token.past |= {len(self.completions) - 1}

    def cancelled(self, case: Case, element: Element) -> None:
        self.taken_away.append((case.ticket, element.id))

    def dropped(self, wait: Wait) -> None:
        """It waits no more, and what could not be done for it is no longer asked of it."""
        if wait.failed:
            self.incidents = [one for one in self.incidents if one[1] != wait.element.id]

    def post(self, case: Case, element: Element, payload: Data) -> None:
        expires = self.now + span(element.kept_for) if element.kept_for else None
        self.posts.append(Post(element.name, payload, case, element.id, self.now, self.now, expires))

    def hang_up(self, case: Case, token: Token) -> None:
        """A call is taken away: its case is cancelled."""
        for called in self.cases:
            if called.parent is not None and called.parent[1] is token and called.state == "active":
                self._end(called, "cancelled")

    def uncaught(self, case: Case, code: str, refusal: str) -> None:
        """It ends the case; who called it may catch it."""
        if case.parent is None:
            raise Refused(refusal)
        self._end(case, "completed")
        parent, caller = case.parent
        Walk(self, parent).raise_error(caller, code, refusal)

    # -- the course of a command -------------------------------------------------------------------------------

    def _begin_command(self) -> None:
        self.completions, self.taken_away = [], []
        for case in self.cases:
            for token in tokens_of(case.running):
                token.past = frozenset()

    def _require_running(self, case: Case) -> None:
        if case.ticket.suspended:
            raise Refused("instance_suspended")

    def _case(self, drawing: Drawing, parent: tuple[Case, Token] | None = None) -> Case:
        case = Case(drawing, len(self.cases), parent[0].ticket if parent else None, parent)
        self.cases.append(case)
        return case

    def _run(self, case: Case, data: Data, past: frozenset[int] = frozenset()) -> None:
        self.scopes += 1
        case.running = Running(case.drawing.scope, None, self.scopes)
        Walk(self, case).begin(case.running, data, past)

    def _settle(self) -> None:
        """Until every token waits."""
        while True:
            if self.queue:
                walk, token = self.queue.pop(0)
                walk.step(token)
            elif not (self._join() or self._call() or self._return()):
                break
        if any(case.state == "active" and not _goes_on(case) for case in self.cases):
            raise Refused("nothing_goes_on")
        self._arm()

    def _join(self) -> bool:
        return any(Walk(self, case).join() for case in self.cases if case.state == "active")

    def _call(self) -> bool:
        if not self.calls:
            return False
        parent, token = self.calls.pop(0)
        if token.state == "calling":
            element, walk = token.element, Walk(self, parent)
            passed = dict(token.data) if element.passes_all else {"case": token.data["case"]}
            passed |= {name: walk.value(text, token.data) for name, text in element.inputs.items()}
            case = self._case(self.drawings[element.name], (parent, token))
            self._run(case, passed, token.past)
        return True

    def _return(self) -> bool:
        for case in self.cases:
            if case.parent is None or case.state != "completed" or case.parent[1].state != "calling":
                continue
            parent, token = case.parent
            element, walk = token.element, Walk(self, parent)
            brought = dict(case.data) if element.passes_all else {}
            brought |= {name: walk.value(text, case.data) for name, text in element.outputs.items()}
            token.data.update(brought)
            walk.complete(token)
            return True
        return False

    def _end(self, case: Case, state: str) -> None:
        walk = Walk(self, case)
        assert case.running is not None
        case.state = state
        walk.take_away(case.running)

    # -- events ------------------------------------------------------------------------------------------------

    def _receive(self, case: Case, wait: Wait, payload: Data) -> None:
        walk = Walk(self, case)
        seen = {**carried(wait.token), "payload": payload}
        variables = {name: walk.value(text, seen) for name, text in wait.element.outputs.items()}
        walk.happen(wait, variables)
        self._settle()

    def _hand_on(self, post: Post, choice: int) -> None:
        if post.wait is not None:
            self.posts.remove(post)
            waiting = next(((case, wait) for case, wait in self.waits() if wait is post.wait), None)
            if waiting is not None:
                self._receive(*waiting, post.payload)
            else:
                again = Post(post.name, post.payload, post.case, post.element, self.now, self.now, post.expires)
                self.posts.append(again)
            return
        found = self.catches(post.case.ticket, post.name)
        if found:
            case, wait = found[choice]
            self.posts.remove(post)
            handed = Post(post.name, post.payload, case, wait.element.id, self.now, self.now, post.expires, wait, case)
            self.posts.append(handed)
        elif post.expires is None:
            raise Refused("nobody_waits")
        elif post.expires <= self.now:
            self.posts.remove(post)
        else:
            pause = min(timedelta(minutes=5), max(timedelta(seconds=5), self.now - post.armed_at))
            post.run_at, post.attempts = min(self.now + pause, post.expires), 0

    def _arm(self) -> None:
        """At the end of a command, what has begun to wait is asked when it is due, and messages are waited for."""
        for case, wait in list(self.waits()):
            if wait.asked:
                continue
            wait.asked = True
            if wait.element.trigger == "message" or wait.element.kind == "receiveTask":
                wait.since = self.now
                for post in self.posts:
                    if post.wait is None and not post.failed and post.case.ticket is case.ticket:
                        post.run_at = self.now
            elif wait.element.trigger == "timer":
                wait.armed_at = wait.armed_at or self.now
                wait.due = wait.run_at = self._due(case, wait)

    def _due(self, case: Case, wait: Wait) -> datetime | None:
        text = wait.element.text
        answer: Any = Walk(self, case).value(text, carried(wait.token)) if "${" in text else text
        if answer is None:
            return None
        assert wait.armed_at is not None
        if wait.element.timer == "timeDate":
            found: datetime = answer
            return found
        if wait.element.timer == "timeDuration":
            return wait.armed_at + span(answer)
        rounds, _, interval = answer.partition("/")
        if rounds != "R" and wait.firings >= int(rounds[1:]):
            return None
        due = (wait.last_due or wait.armed_at) + span(interval)
        while wait.firings and due <= self.now:
            due += span(interval)
        return due


def _goes_on(case: Case) -> bool:
    """Whether anything can still happen in it. Joins that wait for each other alone would do so for ever."""
    tokens = list(tokens_of(case.running))
    waits = [wait for token in tokens for wait in token.waits if wait.element.trigger in ("timer", "message")]
    return bool(waits) or any(token.state in ("open", "calling") for token in tokens)


def span(text: str) -> timedelta:
    """Of `PT90M` and the like."""
    found = re.fullmatch(r"PT(\d+)([SMH])", text)
    assert found is not None, text
    return timedelta(**{UNITS[found[2]]: int(found[1])})
