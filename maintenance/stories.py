"""Golden stories: a case told in YAML, played through the real engine on a manual clock, every expectation checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

import yaml
from sqlalchemy import case, exists, func, or_, select

from engine.authorization import ENGINE, Actor
from engine.clock import ManualClock
from engine.commands.cancel_instance import cancel_instance
from engine.commands.complete_task import complete_task
from engine.commands.deliver_message import deliver_message
from engine.commands.run_due_job import Lane
from engine.commands.start_beside import start_beside
from engine.commands.start_instance import start_instance
from engine.durations import parse_duration
from engine.engine import Engine
from engine.errors import SignalboxError, Words
from engine.models import Job, ProcessInstance, TaskCandidate, UserTask
from engine.queries.history import history
from engine.worker import drain, live_until
from maintenance.commands.answer_call import answer_call
from maintenance.models import WorkOrder
from maintenance.queries.deferrals import deferrals
from maintenance.queries.ticket_clocks import ClockItem, ticket_clocks
from maintenance.story_words import differs, nobody_plays, not_open, refused, unknown_expectation, unknown_verb

MAX_STEPS = 500


class StoryFailed(SignalboxError):
    """“{story}”, step {step}: {what}"""

    code, status = "story_failed", 422
    zh = "“{story}”第 {step} 步：{what}"

    def __init__(self, story: str, step: int, what: Words) -> None:
        """`step`: 0 for the start. Its `__cause__` is the refusal of the step, if there was one."""
        self.step, self.what = step, what
        super().__init__(story=story, step=step, what=what)


@dataclass
class Stage:
    """Where stories are played: an engine on a manual clock, with people by the role they act in."""

    engine: Engine
    clock: ManualClock
    people: Mapping[str, Actor]
    organisation_id: int  # the client
    lane: Lane | None = None  # only such jobs are run; "inside": nothing outside is called
    told: Callable[[int], None] = lambda taken: None  # of how many jobs were run, again and again


@dataclass
class Performance:
    """One story while it is played."""

    story: Mapping[str, Any]
    stage: Stage
    instance_id: int = 0
    began: datetime = field(init=False)
    step: int = 0

    def play(self) -> int:
        """The id of the played case. Raises StoryFailed at the first expectation that does not hold."""
        self.begin()
        for step in self.story["steps"][:MAX_STEPS]:
            self.perform(step)
        return self.instance_id

    def begin(self) -> None:
        """Set the clock, and start the case unless it is to begin by itself. Raises StoryFailed."""
        self.stage.clock.move_to(datetime.fromisoformat(str(self.story["at"])))
        self.began = self.stage.clock.now()
        spec = self.story.get("start")
        if spec is None:
            return
        actor, form = self._person(spec["by"]), spec.get("with", {})
        run, client = self.stage.engine.run, self.stage.organisation_id

        def start() -> None:
            self.instance_id = run(start_instance, actor, client, spec["process"], form).instance_id

        self._try({}, start)

    def perform(self, step: Mapping[str, Any]) -> None:
        """One step with all that it says. Raises StoryFailed."""
        self.step += 1
        for verb, spec in step.items():
            if verb not in VERBS:
                self._fail(unknown_verb(verb))
            VERBS[verb](self, spec)
        if not self.instance_id:
            self.instance_id = self._first_case()

    def _wait(self, after: str) -> None:
        """Move the clock to `after` the beginning, stopping at every due timer on the way as a worker would."""
        stage, moment = self.stage, parse_duration(after).after(self.began)
        live_until(stage.engine, stage.clock, moment, stage.lane, stage.told)

    def _complete(self, spec: Mapping[str, Any]) -> None:
        actor = self._person(spec["by"])
        task_id = self._open_task(spec["task"], actor)
        self._try(spec, lambda: self.stage.engine.run(complete_task, actor, task_id, spec.get("with", {})))

    def _beside(self, spec: Mapping[str, Any]) -> None:
        """Start a process beside the case, such as an approval."""
        actor, form = self._person(spec["by"]), spec.get("with", {})
        engine = self.stage.engine
        self._try(spec, lambda: engine.run(start_beside, actor, self.instance_id, spec["process"], form))

    def _receive(self, spec: Mapping[str, Any]) -> None:
        """Somebody brings the case a message."""
        actor, name, payload = self._person(spec["by"]), spec["message"], spec.get("with", {})
        run, client, ticket = self.stage.engine.run, self.stage.organisation_id, self.instance_id or None
        self._try(spec, lambda: run(deliver_message, actor, client, name, payload, case_id=ticket))

    def _answer(self, spec: Mapping[str, Any]) -> None:
        """An outside service answers the case, or reports a business error; nothing is called."""
        run, ticket = self.stage.engine.run, self.instance_id
        self._try(spec, lambda: run(answer_call, ENGINE, ticket, spec["call"], spec.get("with"), spec.get("error")))

    def _cancel(self, spec: Mapping[str, Any]) -> None:
        actor = self._person(spec["by"])
        self._try(spec, lambda: self.stage.engine.run(cancel_instance, actor, self.instance_id, spec["reason"]))

    def _try(self, spec: Mapping[str, Any], act: Callable[[], object]) -> None:
        """Do it, and what is due then; `refused` of the story says with which code it is not to work."""
        wanted = spec.get("refused", "")
        try:
            act()
        except SignalboxError as error:
            if error.code != wanted:
                self._fail(refused(wanted, error), error)
            return
        if wanted:
            self._fail(refused(wanted, None))
        self.stage.told(drain(self.stage.engine, lane=self.stage.lane))

    def _expect(self, spec: Mapping[str, Any]) -> None:
        for name, wanted in spec.items():
            if name not in SEEN:
                self._fail(unknown_expectation(name))
            seen = SEEN[name](self)
            if wanted != seen:
                self._fail(differs(name, wanted, seen))

    # -- what can be expected -----------------------------------------------------------------------------------

    def tasks(self) -> list[str]:
        """Open steps by element id, in the order of the alphabet."""
        with self.stage.engine.read() as connection:
            query = select(UserTask.element_id).where(UserTask.root_id == self.instance_id, UserTask.state == "open")
            return sorted(connection.scalars(query))

    def timers(self) -> dict[str, str]:
        """Armed timers: element id -> local time of day they are due."""
        with self.stage.engine.read() as connection:
            query = select(Job.element_id, Job.due_at).where(Job.root_id == self.instance_id)
            return {element: self._local(due) for element, due in connection.execute(query)}

    def clocks(self) -> dict[str, str]:
        """Clocks of the present round: stage -> verdict; "provisional": a pending application may still clear it."""
        rounds = self.rounds()
        return rounds[-1] if rounds else {}

    def rounds(self) -> list[dict[str, str]]:
        """Clocks of every round, the first round first: stage -> verdict."""
        found: dict[int, dict[str, str]] = {}
        for item in self._clocks():
            found.setdefault(item.round, {})[item.key] = (
                "provisional" if item.state.provisional_breach else item.state.verdict
            )
        return [found[number] for number in sorted(found)]

    def due(self) -> dict[str, str]:
        """Running clocks: stage -> local day and time they are due."""
        running = {item.key: item.state for item in self._clocks() if item.state.stopped_at is None}
        return {key: self._local(state.due_at, "%m-%d %H:%M:%S") for key, state in running.items() if state.due_at}

    def deferrals(self) -> list[str]:
        """What became of the applications for deferral, in order."""
        with self.stage.engine.read() as connection:
            return [item.outcome for item in deferrals(connection, self.instance_id)]

    def lights(self) -> list[str]:
        """Lights told so far, in order: "respond warn 10:08:00"; then what became of one that does not stand."""
        told = [(light, item.key) for item in self._clocks() for light in item.lights]
        told.sort(key=lambda one: (one[0].recorded_at, one[0].at, one[1], one[0].threshold))
        return [
            f"{key} {light.threshold} {self._local(light.at)}"
            + ("" if light.standing == "stands" else f" {light.standing}")
            for light, key in told
        ]

    def state(self) -> str:
        with self.stage.engine.read() as connection:
            return str(connection.scalar(select(ProcessInstance.state).where(ProcessInstance.id == self.instance_id)))

    def recurrences(self) -> int:
        """How often the fault came back while it was observed."""
        with self.stage.engine.read() as connection:
            return int(connection.scalar(select(WorkOrder.recurrences).filter_by(instance_id=self.instance_id)) or 0)

    def fields(self) -> dict[str, Any]:
        """The business fields of the case, which lists filter by."""
        with self.stage.engine.read() as connection:
            query = select(ProcessInstance.fields).where(ProcessInstance.id == self.instance_id)
            return dict(connection.scalar(query) or {})

    def history(self) -> list[str]:
        """Types of all facts so far, in order, without repeated neighbours of the drawing's own passing."""
        with self.stage.engine.read() as connection:
            rows = history(connection, ENGINE, self.instance_id).items
        return [fact["type"] for row in rows for fact in row.facts if fact["type"] != "element_completed"]

    def passed(self) -> list[str]:
        """Elements run to their end, in order, human steps included."""
        with self.stage.engine.read() as connection:
            rows = history(connection, ENGINE, self.instance_id).items
        done = ("element_completed", "task_completed")
        return [fact["element"] for row in rows for fact in row.facts if fact["type"] in done]

    def _clocks(self) -> list[ClockItem]:
        with self.stage.engine.read() as connection:
            return ticket_clocks(connection, self.instance_id, self.stage.clock.now())

    # -- small change -------------------------------------------------------------------------------------------

    def _first_case(self) -> int:
        """That a timer or a message has started; 0: none yet."""
        with self.stage.engine.read() as connection:
            return connection.scalar(select(func.min(ProcessInstance.id))) or 0

    def _open_task(self, element_id: str, actor: Actor) -> str:
        """Of several at one element the actor's own, then one that is offered to the actor."""
        task, candidate = UserTask.__table__.c, TaskCandidate.__table__.c
        query = select(task.id).where(task.root_id == self.instance_id, task.state == "open")
        named = or_(candidate.user_id == actor.id, candidate.group_key.in_(actor.groups))
        offered = exists().where(candidate.task_id == task.id, named)
        whose = case((task.assignee_id == actor.id, 0), (task.assignee_id.is_(None) & offered, 1), else_=2)
        with self.stage.engine.read() as connection:
            found = connection.scalar(
                query.where(task.element_id == element_id).order_by(whose, task.created_at, task.id).limit(1)
            )
        if found is None:
            self._fail(not_open(element_id, self.tasks()))
        return str(found)

    def _person(self, role: str) -> Actor:
        if role not in self.stage.people:
            self._fail(nobody_plays(role))
        return self.stage.people[role]

    def _local(self, at: datetime, style: str = "%H:%M:%S") -> str:
        return at.astimezone(datetime.fromisoformat(str(self.story["at"])).tzinfo).strftime(style)

    def _fail(self, what: Words, cause: SignalboxError | None = None) -> NoReturn:
        raise StoryFailed(str(self.story.get("story", "")), self.step, what) from cause


VERBS: dict[str, Callable[[Performance, Any], None]] = {
    "wait": Performance._wait,
    "complete": Performance._complete,
    "beside": Performance._beside,
    "receive": Performance._receive,
    "answer": Performance._answer,
    "cancel": Performance._cancel,
    "expect": Performance._expect,
}

SEEN: dict[str, Callable[[Performance], Any]] = {
    "tasks": Performance.tasks,
    "timers": Performance.timers,
    "clocks": Performance.clocks,
    "rounds": Performance.rounds,
    "due": Performance.due,
    "deferrals": Performance.deferrals,
    "lights": Performance.lights,
    "state": Performance.state,
    "recurrences": Performance.recurrences,
    "fields": Performance.fields,
    "history": Performance.history,
    "passed": Performance.passed,
}


def read_stories(text: str) -> list[dict[str, Any]]:
    """The stories of a YAML file."""
    stories: list[dict[str, Any]] = yaml.safe_load(text)
    return stories
