"""Plays the demo city's faults through the real engine: all of them in one queue of time, on one clock."""

from __future__ import annotations

import heapq
import random
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from accounts.roles import BY_KEY
from api.demo.acts import ACTS
from api.demo.city import ROLE_OF
from api.demo.faults import ADVICE, NOTES, PLACES, RECURRENCES, REFUSALS, SCHEMES, SUPERVISION
from api.demo.pictures import SCENES, picture
from api.demo.plan import STEPS, Plan
from api.demo.progress import Progress
from engine.authorization import Actor
from engine.clock import ManualClock
from engine.commands.add_attachment import add_attachment
from engine.commands.cancel_instance import cancel_instance
from engine.commands.complete_task import complete_task
from engine.commands.deliver_message import deliver_message
from engine.commands.start_instance import start_instance
from engine.engine import Engine
from engine.files import FileStore
from engine.models import TaskCandidate, User, UserTask
from engine.uploads import Upload, receive
from engine.worker import live_until
from forms.library import FormLibrary

OBSERVED = timedelta(hours=24)  # FC 5.3
ROUND = timedelta(minutes=20)
"""How often leaders and the head office look for what lights have asked of them."""
VARIANTS = 2  # pictures of each scene


@dataclass
class Stage:
    """Where the city is played."""

    engine: Engine
    clock: ManualClock
    forms: FormLibrary
    files: FileStore
    client: int
    _people: dict[str, Actor] = field(default_factory=dict)
    _pictures: dict[tuple[str, int], Upload] = field(default_factory=dict)

    def person(self, username: str) -> Actor:
        if username not in self._people:
            with self.engine.read() as connection:
                row = connection.execute(select(User).where(User.username == username)).one()
            role = ROLE_OF[username]
            keys = frozenset({role})
            permissions = BY_KEY[role].permissions
            self._people[username] = Actor(
                row.id, row.username, row.organisation_id, row.display_name, keys, keys, permissions
            )
        return self._people[username]

    def photo(self, scene: str, variant: int) -> Upload:
        """Stored once, attached wherever it is shown."""
        if (scene, variant) not in self._pictures:
            self._pictures[scene, variant] = receive(
                self.files, "photo", f"{scene}{variant + 1}.jpg", picture(scene, variant)
            )
        return replace(self._pictures[scene, variant], said_at=self.clock.now() - timedelta(minutes=2))


def play(stage: Stage, plans: list[Plan], until: datetime, progress: Progress) -> None:
    """Each story says when it goes on; the earliest goes first. What would come after `until` has not happened yet."""
    queue: list[tuple[datetime, int, Iterator[datetime]]] = []
    order = count()

    def put(story: Iterator[datetime]) -> None:
        at = next(story, None)
        if at is not None and at < until:
            heapq.heappush(queue, (at, next(order), story))

    stories = [
        Story(stage, plan, random.Random(number), progress)  # noqa: S311 -- words, no secret
        for number, plan in enumerate(plans)
    ]
    for told in stories:
        put(told.steps())
        put(told.asides())
    put(_rounds(stage, stories))
    while queue:
        at, _, story = heapq.heappop(queue)
        live_until(stage.engine, stage.clock, max(at, stage.clock.now()))
        put(story)
    live_until(stage.engine, stage.clock, until)


def _rounds(stage: Stage, stories: list[Story]) -> Iterator[datetime]:
    """Leaders and the head office do what lights and tickets have asked of them beside the steps."""
    task, candidate = UserTask.__table__, TaskCandidate.__table__
    query = (
        select(task.c.root_id, task.c.element_id, task.c.id, candidate.c.group_key)
        .join(candidate, candidate.c.task_id == task.c.id)
        .where(task.c.state == "open", task.c.element_id.in_(("supervise", "support", "spare")))
        .order_by(task.c.created_at, task.c.id)
    )
    while True:
        yield stage.clock.now() + ROUND
        with stage.engine.read() as connection:
            asked = connection.execute(query).all()
        told = {story.ticket: story for story in stories if story.plan.supervised} if asked else {}
        for ticket, element, task_id, group in asked:
            if ticket in told:
                told[ticket].answer(element, task_id, group)


class Story:
    """One ticket, told as iterators that yield when they go on."""

    def __init__(self, stage: Stage, plan: Plan, rng: random.Random, progress: Progress) -> None:
        self.stage, self.plan, self.rng, self.progress = stage, plan, rng, progress
        self.ticket = 0

    # -- what is told ------------------------------------------------------------------------------------------

    def steps(self) -> Iterator[datetime]:
        """From the report to the archive, or to where the plan stops."""
        yield self.plan.reported_at
        self._report()
        if self.plan.cancelled:
            yield self._after(self.plan.pace[1])
            self._run(cancel_instance, self.plan.contract.crew.dispatcher, self.ticket, self.plan.cancelled)
        elif (yield from self._until_quiet()):
            yield self._later(20, 90)
            if self.plan.stops_at != "summary":
                self._do("summary", self.plan.engineer)

    def asides(self) -> Iterator[datetime]:
        for aside in sorted(self.plan.beside, key=lambda one: one.minutes):
            yield self._after(aside.minutes)
            ACTS[aside.act](self.stage.engine, self.stage.person(aside.who), self.ticket, aside.words)

    def answer(self, element: str, task_id: str, group: str) -> None:
        """A task beside the steps, done by who answers for the group on this contract."""
        self._complete(element, task_id, self._who(group))

    # -- its parts ---------------------------------------------------------------------------------------------

    def _until_quiet(self) -> Generator[datetime, None, bool]:
        """Handled, observed and rechecked, again where it comes back or is refused. Whether it went through."""
        again, refused = self.plan.recurs_after, self.plan.refused
        begun = self.plan.reported_at
        while True:
            last = again is None and not refused
            if not (yield from self._handle(begun, stops=last)):
                return False
            if again is not None:
                yield self.stage.clock.now() + timedelta(hours=again)
                self._recur()
                again, begun = None, self.stage.clock.now()
                continue
            if last and self.plan.stops_at == "observe":
                return False
            yield self.stage.clock.now() + OBSERVED + timedelta(minutes=self.rng.randint(10, 60))
            if last and self.plan.stops_at == "recheck":
                return False
            self._do("recheck", self.plan.contract.crew.dispatcher, passed=not refused)
            if not refused:
                return True
            refused, begun = False, self.stage.clock.now()

    def _handle(self, begun: datetime, *, stops: bool) -> Generator[datetime, None, bool]:
        """The five steps; `stops`: where the plan says so, nobody goes on. Whether it was repaired."""
        for step, minutes in zip(STEPS, self.plan.pace, strict=True):
            if stops and self.plan.stops_at == step:
                return False
            yield begun + timedelta(minutes=minutes)
            who = self.plan.contract.crew.dispatcher if step == "dispatch" else self.plan.engineer
            self._do(step, who)
        return True

    def _report(self) -> None:
        plan = self.plan
        form = {
            "point": plan.site.code,
            "device": plan.site.serials[0] if self.rng.random() < 0.6 else None,
            "category": plan.category,
            "impact": plan.impact,
            "symptom": plan.fault.symptom,
            "occurred_at": (plan.reported_at - timedelta(minutes=self.rng.randint(2, 30))).isoformat(),
            "channel": plan.channel,
        }
        given = {key: value for key, value in form.items() if value is not None}
        started = self.stage.engine.run(
            start_instance, self.stage.person(plan.reporter), self.stage.client, "fault_repair_fc", given
        )
        self.ticket = started.instance_id
        self.progress.step()

    def _recur(self) -> None:
        payload = {"note": self.rng.choice(RECURRENCES)}
        dispatcher = self.plan.contract.crew.dispatcher
        self._run(deliver_message, dispatcher, self.stage.client, "fault.recurred", payload, case_id=self.ticket)

    def _do(self, element: str, who: str, *, passed: bool = True) -> None:
        """Complete the open task at the element."""
        task = UserTask.__table__
        query = select(task.c.id).where(task.c.root_id == self.ticket, task.c.state == "open")
        with self.stage.engine.read() as connection:
            task_id = connection.execute(query.where(task.c.element_id == element)).scalar_one()
        self._complete(element, task_id, who, passed=passed)

    def _complete(self, element: str, task_id: str, who: str, *, passed: bool = True) -> None:
        data = self._form(element, passed)
        self._run(complete_task, who, task_id, {**data, **self._photos(element, task_id, who)})

    def _who(self, group: str) -> str:
        leader = self.plan.contract.crew.leader
        return {"contractor_lead": leader, "head_office": "headoffice", "owner_approver": "owner"}[group]

    def _photos(self, element: str, task_id: str, who: str) -> dict[str, list[str]]:
        """Where the form asks for photos, two steps of three bring one."""
        form_key = self._form_key(task_id)
        items = self.stage.forms.layout(form_key).items if form_key else ()
        keys = [item.key for item in items if item.kind == "photo"]
        if not keys or self.rng.random() < 0.34:
            return {}
        hour = self.stage.clock.now().hour
        scene = "night" if 11 <= hour < 22 else self.rng.choice(SCENES[:2])  # UTC: 19 to 6 o'clock in the city
        upload = self.stage.photo(scene, self.rng.randrange(VARIANTS))
        added = self.stage.engine.run(add_attachment, self.stage.person(who), upload, task_id)
        return {keys[0]: [added.id]}

    def _form_key(self, task_id: str) -> str | None:
        with self.stage.engine.read() as connection:
            return connection.scalar(select(UserTask.form_key).where(UserTask.id == task_id))

    def _form(self, element: str, passed: bool) -> Mapping[str, Any]:
        fault, choice = self.plan.fault, self.rng.choice
        later = self.stage.clock.now() + timedelta(hours=1)
        forms: dict[str, dict[str, Any]] = {
            "dispatch": {"engineer": self.plan.engineer, "note": choice(NOTES)},
            "respond": {"responded_how": choice(("phone", "remote", "on_site"))},
            "arrive": {"place": choice(PLACES)},
            "diagnose": {
                "cause": fault.cause,
                "finding": fault.finding,
                "repairable_on_site": "no" if self.plan.spare else "yes",
            },
            "repair": {"procedure": fault.procedure, "result": "fixed", "parts": fault.parts},
            "recheck": {"recheck_ok": "yes"} if passed else {"recheck_ok": "no", "recheck_note": choice(REFUSALS)},
            "summary": {"root_cause": fault.root_cause, "improvement": fault.improvement},
            "supervise": {"measure": choice(SUPERVISION), "promise": later.isoformat()},
            "support": {"advice": choice(ADVICE)},
            "spare": {"scheme": choice(("spare", "temporary")), "description": choice(SCHEMES)},
        }
        return forms[element]

    def _run(self, command: Any, who: str, *args: Any, **settings: Any) -> None:
        self.stage.engine.run(command, self.stage.person(who), *args, **settings)

    def _after(self, minutes: int) -> datetime:
        return self.plan.reported_at + timedelta(minutes=minutes)

    def _later(self, least: int, most: int) -> datetime:
        return self.stage.clock.now() + timedelta(minutes=self.rng.randint(least, most))
