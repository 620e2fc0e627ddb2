"""What the engine has made of a case, read from its rows and its saved execution, in the oracle's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import Connection, select

from engine.engine import Engine
from engine.models import HistoryEvent, Incident, Job, ProcessInstance, Subscription, UserTask
from engine.spiff.behaviour import Behaviour
from engine.spiff.execution import Execution
from tests.oracle.tokens import Data, Token, carried, tokens_of
from tests.oracle.world import Completion, Post, World

Line = tuple[Any, ...]
Picture = Counter[Line]
RAISED = frozenset({"error", "escalation"})  # events that wait for these have no rows
NOBODY = cast(Behaviour, None)  # an execution that is only looked at asks nothing


@dataclass
class Seen:
    """One look at the engine's database."""

    picture: Picture
    tasks: list[tuple[int, str, str, str]]  # case, element, data, task id: open, in the order of the tree
    cases: list[tuple[int, int]]  # case, ticket
    completed: list[tuple[int, str]]  # ticket and element, in order, since the last look
    cancelled: Picture  # ticket and element, since the last look
    last: int  # the last row of history


def text(data: Data) -> str:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()


def time(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else "-"


class Reader:
    """Looks at an engine; an execution that has not changed is not loaded again."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[bytes, list[Line], list[Line]]] = {}

    def look(self, engine: Engine, after: int) -> Seen:
        with engine.read() as connection:
            seen = Seen(Counter(), [], [], [], Counter(), after)
            assignees = self._tasks(connection)
            waiting: dict[str, Line] = {}
            for row in connection.execute(select(ProcessInstance.__table__).order_by(ProcessInstance.id)):
                seen.cases.append((row.id, row.root_id))
                suspended = row.suspended_at is not None
                seen.picture["case", row.id, row.state, suspended, row.parent_id] += 1
                if row.state == "active":
                    self._execution(engine, connection, row, seen, waiting, assignees)
            assert not assignees, f"open tasks that no execution knows: {assignees}"
            self._jobs(connection, seen, waiting)
            self._subscriptions(connection, seen, waiting)
            for line in waiting.values():
                seen.picture["not armed", *line] += 1
            for row in connection.execute(select(Incident.__table__).where(Incident.resolved_at.is_(None))):
                seen.picture["incident", row.instance_id, row.element_id] += 1
            self._history(connection, seen)
        return seen

    @staticmethod
    def _tasks(connection: Connection) -> dict[str, tuple[Any, ...]]:
        task = UserTask.__table__
        rows = connection.execute(select(task).where(task.c.state == "open"))
        return {row.id: (row.instance_id, row.element_id, row.assignee_id) for row in rows}

    def _execution(
        self,
        engine: Engine,
        connection: Connection,
        row: Any,
        seen: Seen,
        waiting: dict[str, Line],
        assignees: dict[str, tuple[Any, ...]],
    ) -> None:
        known = self._known.get(row.id)
        if known is None or known[0] != row.execution:
            specification = engine.definitions.specification(connection, row.definition_id)
            execution = Execution.load(specification, row.execution, NOBODY)
            tasks: list[Line] = [(one.element.id, text(one.data), one.task_id) for one in execution.open_tasks()]
            waits: list[Line] = [
                (one.task_id, one.element.id, one.firings, text(one.data))
                for one in execution.waiting_events()
                if one.element.trigger not in RAISED
            ]
            assert execution.dump() == row.execution
            assert not execution.ended
            known = self._known[row.id] = (row.execution, tasks, waits)
        for element, data, task_id in known[1]:
            instance_id, element_id, assignee = assignees.pop(task_id)
            assert (instance_id, element_id) == (row.id, element)
            seen.tasks.append((row.id, element, data, task_id))
            seen.picture["task", row.id, element, data, assignee] += 1
        for task_id, element, firings, data in known[2]:
            waiting[task_id] = (row.id, element, firings, data)

    @staticmethod
    def _jobs(connection: Connection, seen: Seen, waiting: dict[str, Line]) -> None:
        for row in connection.execute(select(Job.__table__)):
            when = (row.state, row.attempts, time(row.run_at))
            if row.kind == "timer":
                line = waiting.pop(row.id)
                assert line[:3] == (row.instance_id, row.element_id, row.firings)
                seen.picture["timer", *line, time(row.due_at), *when] += 1
            else:
                parcel = orjson.loads(row.inputs)
                said = (parcel["name"], text(parcel["payload"]), parcel["expires"])
                seen.picture[row.kind, row.instance_id, row.element_id, *said, *when] += 1

    @staticmethod
    def _subscriptions(connection: Connection, seen: Seen, waiting: dict[str, Line]) -> None:
        for row in connection.execute(select(Subscription.__table__)):
            line = waiting.pop(row.id)
            assert line[:2] == (row.instance_id, row.element_id)
            assert row.correlation == f"case:{row.root_id}"
            seen.picture["waits", *line, row.name, time(row.created_at)] += 1

    @staticmethod
    def _history(connection: Connection, seen: Seen) -> None:
        event = HistoryEvent.__table__
        query = select(event.c.id, event.c.root_id, event.c.facts).where(event.c.id > seen.last)
        for row in connection.execute(query.order_by(event.c.id)):
            seen.last = row.id
            for fact in orjson.loads(row.facts):
                if fact["type"] in ("task_completed", "element_completed"):
                    seen.completed.append((row.root_id, fact["element"]))
                elif fact["type"] == "element_cancelled":
                    seen.cancelled[row.root_id, fact["element"]] += 1


# -- the same of the oracle --------------------------------------------------------------------------------------


def name_cases(world: World, seen: Seen) -> bool:
    """Give the cases that were called their ids: in each ticket in the order of their beginning."""
    known = {case.id for case in world.cases}
    fresh = [(id_, root_id) for id_, root_id in seen.cases if id_ not in known]
    for case in world.cases:
        if case.id is None:
            found = next((one for one in fresh if one[1] == case.ticket.id), None)
            if found is None:
                return False
            case.id = found[0]
            fresh.remove(found)
    return not fresh


def name_tasks(world: World, seen: Seen) -> None:
    """Give open steps the engine's ids. Of those that look alike, the first in the tree is the first of ours."""
    named = {token.task_id for _, token in world.open_tasks()}
    fresh = [one for one in seen.tasks if one[3] not in named]
    for case, token in sorted(world.open_tasks(), key=lambda found: (found[0].number, _position(found[1]))):
        if token.task_id is None:
            assert case.id is not None
            like = (case.id, token.element.id, text(token.data))
            found = next(one for one in fresh if one[:3] == like)
            fresh.remove(found)
            token.task_id = found[3]
            world.task_cases[found[3]] = case


def _position(token: Token) -> tuple[Any, ...]:
    run = token.local.get("loopCounter", -1)
    place = token.body or token
    return (token.scope.number, [number for _, number in place.lineage], run)


def picture_of(world: World, people: dict[str, int]) -> Picture:
    picture: Picture = Counter()
    for case in world.cases:
        parent = case.parent[0].id if case.parent is not None else None
        picture["case", case.id, case.state, case.suspended, parent] += 1
        for token in tokens_of(case.running):
            if token.state == "open":
                who = people[token.assignee] if token.assignee else None
                picture["task", case.id, token.element.id, text(token.data), who] += 1
            for wait in token.waits:
                if wait.element.trigger not in RAISED:
                    picture[_wait(case.id, wait)] += 1
    for post in world.posts:
        picture[_post(post)] += 1
    for case, element in world.incidents:
        picture["incident", case.id, element] += 1
    return picture


def _wait(case_id: int | None, wait: Any) -> Line:
    line = (case_id, wait.element.id, wait.firings, text(carried(wait.token)))
    if wait.since is not None:
        return ("waits", *line, wait.element.name, time(wait.since))
    if wait.due is None:
        return ("not armed", *line)
    state = "failed" if wait.failed else "waiting"
    return ("timer", *line, time(wait.due), state, wait.attempts, time(wait.run_at))


def _post(post: Post) -> Line:
    kind = "message" if post.wait is None else "delivery"
    state = "failed" if post.failed else "waiting"
    said = (post.name, text(post.payload), post.expires.isoformat() if post.expires else None)
    return (kind, post.case.id, post.element, *said, state, post.attempts, time(post.run_at))


def in_order(completed: Sequence[tuple[int, str]], known: Sequence[Completion]) -> bool:
    """Whether the engine's list names what the oracle completed, each after all that caused it."""
    if len(completed) != len(known):
        return False
    labels = [(one.ticket.id, one.element) for one in known]

    def follow(at: int, done: frozenset[int]) -> bool:
        if at == len(completed):
            return True
        fitting = [
            number
            for number, label in enumerate(labels)
            if number not in done and label == completed[at] and known[number].past <= done
        ]
        return any(follow(at + 1, done | {number}) for number in _unlike(fitting, known))

    return follow(0, frozenset())


def _unlike(numbers: Iterable[int], known: Sequence[Completion]) -> list[int]:
    """One of each kind: those with the same past are as good as each other to begin with."""
    return list({known[number].past: number for number in reversed(list(numbers))}.values())
