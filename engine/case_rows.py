"""The rows that follow from an instance's tree: user tasks and jobs, written as they differ from what was loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from sqlalchemy import select, update

from engine.assignment import Assignment, asks_the_case, assign, due_at
from engine.definition.model import ElementModel
from engine.extensions import Context
from engine.job_rows import drop_jobs, resolve_incidents
from engine.models import Job, TaskCandidate, UserTask
from engine.spiff.behaviour import Place
from engine.spiff.execution import OpenTask, WaitingEvent
from engine.timers import Arming, arm
from engine.work import Work
from engine.writes import changed, insert_of, update_of

_OPENED = insert_of(
    UserTask.__table__,
    *("id", "organisation_id", "instance_id", "root_id", "element_id", "name", "form_key", "state", "assignee_id"),
    *("priority", "due_at", "created_at"),
)
_CANCELLED = update_of(UserTask.__table__, "completed_at", state="cancelled")
_OFFERED = insert_of(TaskCandidate.__table__, "task_id", "group_key", "user_id")
_ARMED = insert_of(
    Job.__table__,
    *("id", "organisation_id", "instance_id", "root_id", "kind", "element_id", "state", "armed_at", "due_at", "run_at"),
    *("firings", "attempts"),
)
MAX_NAME = 200  # a longer name of a drawing is cut in lists


class Owner(Protocol):
    """What the rows need of their case."""

    work: Work
    id: int
    root_id: int
    organisation_id: int

    def context(self, element: ElementModel | None) -> Context: ...

    def fact(self, type: str, element: ElementModel | None = None, **data: Any) -> None: ...

    def evaluate(self, source: str, data: Mapping[str, Any], place: Place | None) -> Any: ...


class TaskRows:
    """User tasks: opened as steps become ready, cancelled as they vanish; the command closes what it completes.

    A due date that asks the case is asked again when a clock has moved, as its timers are.
    """

    def __init__(self, case: Owner) -> None:
        self._case = case
        self._known: set[str] = set()
        self._completed: set[str] = set()
        self._ask_again = False

    def loaded(self, tasks: Iterable[OpenTask]) -> None:
        self._known = {task.task_id for task in tasks}

    def completed(self, task_id: str) -> None:
        """The command has closed this row."""
        self._completed.add(task_id)

    def reevaluate(self) -> None:
        self._ask_again = True

    def save(self, open_now: list[OpenTask]) -> None:
        gone = self._known - {task.task_id for task in open_now} - self._completed
        work = self._case.work
        for task_id in sorted(gone):
            work.writes.add(_CANCELLED, changed(task_id, {"completed_at": work.now}))
        for task in open_now:
            if task.task_id not in self._known:
                self._open(task)
        if self._ask_again:
            self._ask_due([t for t in open_now if t.task_id in self._known and asks_the_case(work, t.element)])

    def _ask_due(self, tasks: list[OpenTask]) -> None:
        case, table = self._case, UserTask.__table__
        if not tasks:
            return
        ids = [task.task_id for task in tasks]
        rows = case.work.connection.execute(select(table.c.id, table.c.due_at).where(table.c.id.in_(ids)))
        before = {id_: due for id_, due in rows}
        for task in tasks:
            old, due = before[task.task_id], due_at(case.work, case.context(task.element), task.element, task.data)
            if due != old:
                case.work.connection.execute(update(UserTask).where(UserTask.id == task.task_id).values(due_at=due))
                told = {name: at.isoformat() if at else None for name, at in (("before", old), ("due", due))}
                case.fact("task_retimed", task.element, task=task.task_id, **told)

    def _open(self, task: OpenTask) -> None:
        case, element = self._case, task.element
        who = assign(case.work, case.context(element), element, task.data)
        row = {
            "id": task.task_id,
            "organisation_id": case.organisation_id,
            "instance_id": case.id,
            "root_id": case.root_id,
            "element_id": element.id,
            "name": self._name(task),
            "form_key": element.form_key,
            "state": "open",
            "assignee_id": who.assignee_id,
            "priority": who.priority,
            "due_at": who.due_at,
            "created_at": case.work.now,
        }
        case.work.writes.add(_OPENED, row)
        self._add_candidates(task.task_id, who)
        for organisation_id in who.newcomers:
            case.work.participant(case.root_id, organisation_id, "task")
        case.fact("task_created", element, task=task.task_id, **who.as_fact())

    def _name(self, task: OpenTask) -> str:
        """As drawn, and in brackets what this one is about, where the drawing says so (property `task.detail`)."""
        element = task.element
        detail = element.properties.get("task.detail")
        said = self._case.context(element).value(detail, task.data) if detail else None
        return f"{element.name or element.id}{'' if said in (None, '') else f'（{said}）'}"[:MAX_NAME]

    def _add_candidates(self, task_id: str, who: Assignment) -> None:
        rows: list[dict[str, Any]] = [{"task_id": task_id, "group_key": group, "user_id": None} for group in who.groups]
        rows += [{"task_id": task_id, "group_key": None, "user_id": user} for user in who.user_ids]
        for row in rows:
            self._case.work.writes.add(_OFFERED, row)


class TimerRows:
    """Jobs: armed as timers begin to wait, moved when their expression answers anew, dropped with their timers."""

    def __init__(self, case: Owner) -> None:
        self._case = case
        self._known: set[str] = set()
        self._fired: dict[str, Mapping[str, Any]] = {}  # element id -> job of the timer that fired in this command
        self._ask_again = False

    def loaded(self, events: Iterable[WaitingEvent]) -> None:
        self._known = {event.task_id for event in events if event.element.timer is not None}

    def awaits(self, job_id: str) -> bool:
        """Whether the timer of a job waited in the execution when it was loaded."""
        return job_id in self._known

    def fired(self, job: Mapping[str, Any]) -> None:
        self._fired[job["element_id"]] = job

    def reevaluate(self) -> None:
        self._ask_again = True

    def save(self, events: list[WaitingEvent]) -> None:
        waiting = [event for event in events if event.element.timer is not None]
        gone = self._known - {timer.task_id for timer in waiting}
        if gone:
            drop_jobs(self._case.work, gone)
        asked = [timer for timer in waiting if self._ask_again or timer.task_id not in self._known]
        jobs = self._jobs([timer.task_id for timer in asked if timer.task_id in self._known])
        for timer in asked:
            self._arm(timer, jobs.get(timer.task_id))

    def _jobs(self, ids: list[str]) -> dict[str, Mapping[Any, Any]]:
        if not ids:
            return {}
        table = Job.__table__
        rows = self._case.work.connection.execute(select(table).where(table.c.id.in_(ids))).mappings()
        return {row["id"]: row for row in rows}

    def _arm(self, timer: WaitingEvent, job: Mapping[Any, Any] | None) -> None:
        """Ask the timer for its due time and let the job row say so; null: not armed."""
        case, work = self._case, self._case.work
        fired = self._fired.get(timer.element.id) if timer.firings else None
        last = job or fired
        arming = Arming(
            armed_at=last["armed_at"] if last else work.now,
            now=work.now,
            firings=timer.firings,
            last_due=fired["due_at"] if fired else None,
            due=job["due_at"] if job else None,
        )
        place = Place(timer.element, timer.task_id)
        due = arm(timer.element, lambda text: case.evaluate(text, timer.data, place), arming)
        if due is None:
            if job:
                drop_jobs(work, {timer.task_id})
                case.fact("timer_disarmed", timer.element)
        elif job is None:
            row = {
                "id": timer.task_id,
                "organisation_id": case.organisation_id,
                "instance_id": case.id,
                "root_id": case.root_id,
                "kind": "timer",
                "element_id": timer.element.id,
                "state": "waiting",
                "armed_at": arming.armed_at,
                "due_at": due,
                "run_at": due,
                "firings": timer.firings,
                "attempts": 0,
            }
            work.writes.add(_ARMED, row)
            case.fact("timer_armed", timer.element, due=due.isoformat())
        elif job["due_at"] != due:
            moved = {"due_at": due, "run_at": due, "state": "waiting", "attempts": 0}
            work.connection.execute(update(Job).where(Job.id == timer.task_id).values(moved))
            if job["state"] == "failed":
                resolve_incidents(work, [timer.task_id])
            case.fact("timer_retimed", timer.element, before=job["due_at"].isoformat(), due=due.isoformat())
