"""One instance inside a command: its execution, what the drawing asks of it, and the rows that follow from the tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from engine.assignment import Assignment, assign
from engine.authorization import Actor
from engine.definition.model import ElementModel
from engine.extensions import ElementListener
from engine.models import Incident, Job, ProcessInstance, TaskCandidate, UserTask
from engine.spiff.behaviour import Place
from engine.spiff.builder import Specification
from engine.spiff.errors import TaskNotReady
from engine.spiff.execution import Execution, OpenTask, WaitingTimer
from engine.timers import Arming, arm
from engine.work import Work

HUMAN = frozenset({"userTask", "manualTask"})
MAX_NAME = 200  # a longer name of a drawing is cut in lists


@dataclass(frozen=True)
class CaseContext:
    """engine.extensions.Context for one place of one instance."""

    case: Case
    element: ElementModel | None

    @property
    def connection(self) -> Connection:
        return self.case.work.connection

    @property
    def now(self) -> datetime:
        return self.case.work.now

    @property
    def actor(self) -> Actor:
        return self.case.work.actor

    @property
    def instance_id(self) -> int:
        return self.case.id

    @property
    def root_id(self) -> int:
        return self.case.root_id

    @property
    def organisation_id(self) -> int:
        return self.case.organisation_id

    def fact(self, type: str, **data: Any) -> None:
        self.case.fact(type, self.element, **data)

    def reevaluate_timers(self) -> None:
        self.case.reevaluate_timers()

    def participant(self, organisation_id: int, reason: str) -> None:
        self.case.work.participant(self.case.root_id, organisation_id, reason)

    @property
    def memo(self) -> dict[str, Any]:
        return self.case.memo

    def value(self, text: str, data: Mapping[str, Any]) -> Any:
        return self.case.work.resources.language.compile_value(text).evaluate(data, self)

    def elements(self) -> Mapping[str, ElementModel]:
        return self.case.specification.model.elements


class Case:
    """A loaded instance. It is the Behaviour that its execution asks, and it saves itself."""

    def __init__(
        self,
        work: Work,
        id: int,
        root_id: int,
        organisation_id: int,
        specification: Specification,
        fields: Mapping[str, Any],
    ) -> None:
        self.work = work
        self.id = id
        self.root_id = root_id
        self.organisation_id = organisation_id
        self.specification = specification
        self.fields = dict(fields)
        self.execution: Execution
        self.state = "active"
        self.columns: dict[str, Any] = {}  # others of its row that the command sets: title, end_reason …
        self.memo: dict[str, Any] = {}
        self._tasks_before: set[str] = set()
        self._timers_before: set[str] = set()
        self._completed: set[str] = set()  # user tasks whose rows the command itself closed
        self._fired: dict[str, Mapping[str, Any]] = {}  # element id -> job of the timer that fired in this command
        self._ask_again = False

    # -- beginning ---------------------------------------------------------------------------------------------

    def begin(self, data: Mapping[str, Any]) -> None:
        """A new execution that has not run yet."""
        self.note_fields(data)
        self.execution = Execution.start(self.specification, dict(data), self)

    def resume(self, state: bytes) -> None:
        """The execution as it was saved."""
        self.execution = Execution.load(self.specification, state, self)
        self._tasks_before = {task.task_id for task in self.execution.open_tasks()}
        self._timers_before = {timer.task_id for timer in self.execution.waiting_timers()}

    # -- what commands do --------------------------------------------------------------------------------------

    def complete(self, task_id: str, data: Mapping[str, Any]) -> None:
        """Complete a human step whose row the command has closed, and run on to the next stop."""
        self._completed.add(task_id)
        self.note_fields(data)
        self.execution.advance(task_id, data)

    def task_data(self, task_id: str) -> dict[str, Any]:
        """What an open human step sees. Raises TaskNotReady: the tree has moved since the row was read."""
        for task in self.execution.open_tasks():
            if task.task_id == task_id:
                return task.data
        raise TaskNotReady

    def awaits(self, job_id: str) -> bool:
        """Whether the timer of a job still waits in the execution."""
        return job_id in self._timers_before

    def fire(self, job: Mapping[str, Any]) -> None:
        """Let the timer of a due job fire, and run on to the next stop. A repeating one will be asked anew."""
        self._fired[job["element_id"]] = job
        self.execution.fire(job["id"])

    def cancel(self) -> None:
        self.execution.cancel()
        self.state = "cancelled"

    def reevaluate_timers(self) -> None:
        """Ask every waiting timer again when the command is saved."""
        self._ask_again = True

    def fact(self, type: str, element: ElementModel | None = None, **data: Any) -> None:
        where = {"element": element.id, "name": element.name} if element is not None else {}
        other = {"instance": self.id} if self.id != self.root_id else {}
        self.work.fact(self.root_id, type, **where, **other, **data)

    def note_fields(self, values: Mapping[str, Any]) -> None:
        """Keep declared business fields beside the row, where lists filter by them."""
        self.fields.update({k: values[k] for k in self.specification.model.business_fields if k in values})

    def context(self, element: ElementModel | None) -> CaseContext:
        return CaseContext(self, element)

    # -- Behaviour: what the execution asks --------------------------------------------------------------------

    def evaluate(self, source: str, data: Mapping[str, Any], place: Place | None) -> Any:
        return self.work.resources.language.compile(source).evaluate(
            data, self.context(place.element if place else None)
        )

    def run_script(self, source: str, data: Mapping[str, Any], place: Place) -> dict[str, Any]:
        values = self.work.resources.language.compile_script(source).run(data, self.context(place.element))
        self.note_fields(values)
        return values

    def call_service(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any]:
        element, language = place.element, self.work.resources.language
        context = self.context(element)
        service = self.work.resources.extensions.services[element.service or ""]
        inputs = {k: language.compile_value(text).evaluate(data, context) for k, text in element.inputs.items()}
        result = service.function(context, **inputs)
        seen = {**data, "result": result}
        values = {k: language.compile_value(text).evaluate(seen, context) for k, text in element.outputs.items()}
        if element.result_variable:
            values[element.result_variable] = result
        self.note_fields(values)
        return values

    def entered(self, place: Place, data: Mapping[str, Any]) -> None:
        for listener in self._listeners(place.element):
            listener.entered(self.context(place.element), data)

    def completed(self, place: Place, data: Mapping[str, Any]) -> None:
        if place.element.kind not in HUMAN:  # a human step's completion is a fact of the command that did it
            self.fact("element_completed", place.element, kind=place.element.kind)
        for listener in self._listeners(place.element):
            listener.completed(self.context(place.element), data)

    def cancelled(self, place: Place) -> None:
        self.fact("element_cancelled", place.element, kind=place.element.kind)

    def _listeners(self, element: ElementModel) -> list[ElementListener]:
        prefixes = {name.partition(".")[0] for name in element.properties}
        registered = self.work.resources.extensions.listeners
        return [registered[prefix] for prefix in sorted(prefixes) if prefix in registered]

    # -- saving: the rows follow from the tree ------------------------------------------------------------------

    def save_rows(self) -> None:
        """Write user tasks and jobs as they differ from what was loaded."""
        if self.execution.ended and self.state == "active":
            self.state = "completed"
        if self.state == "active":
            self._save_tasks(self.execution.open_tasks())
            self._save_timers(self.execution.waiting_timers())
        else:
            self._save_tasks([])
            self._save_timers([])
            self.fact(f"instance_{self.state}")

    def save_state(self, head: Mapping[str, Any]) -> None:
        """Write the instance's own row. `head`: the new end of its history chain, if it is a root with new history."""
        active = self.state == "active"
        self.work.connection.execute(
            update(ProcessInstance)
            .where(ProcessInstance.id == self.id)
            .values(
                root_id=self.root_id,
                state=self.state,
                execution=self.execution.dump() if active else None,
                fields=self.fields,
                ended_at=None if active else self.work.now,
                **self.columns,
                **head,
            )
        )

    def _save_tasks(self, open_now: list[OpenTask]) -> None:
        gone = self._tasks_before - {task.task_id for task in open_now} - self._completed
        if gone:
            self.work.connection.execute(
                update(UserTask).where(UserTask.id.in_(gone)).values(state="cancelled", completed_at=self.work.now)
            )
        for task in open_now:
            if task.task_id not in self._tasks_before:
                self._open_task(task)

    def _open_task(self, task: OpenTask) -> None:
        element = task.element
        who = assign(self.work, self.context(element), element, task.data)
        row = {
            "id": task.task_id,
            "organisation_id": self.organisation_id,
            "instance_id": self.id,
            "root_id": self.root_id,
            "element_id": element.id,
            "name": (element.name or element.id)[:MAX_NAME],
            "form_key": element.form_key,
            "state": "open",
            "assignee_id": who.assignee_id,
            "priority": who.priority,
            "due_at": who.due_at,
            "created_at": self.work.now,
        }
        self.work.connection.execute(insert(UserTask), row)
        self._add_candidates(task.task_id, who)
        for organisation_id in sorted(who.organisations - {self.organisation_id}):
            self.work.participant(self.root_id, organisation_id, "task")
        self.fact("task_created", element, task=task.task_id, **who.as_fact())

    def _add_candidates(self, task_id: str, who: Assignment) -> None:
        rows: list[dict[str, Any]] = [{"task_id": task_id, "group_key": group, "user_id": None} for group in who.groups]
        rows += [{"task_id": task_id, "group_key": None, "user_id": user} for user in who.user_ids]
        if rows:
            self.work.connection.execute(insert(TaskCandidate), rows)

    def _save_timers(self, waiting: list[WaitingTimer]) -> None:
        now_waiting = {timer.task_id for timer in waiting}
        gone = self._timers_before - now_waiting
        if gone:
            self._drop_jobs(gone)
        asked = [timer for timer in waiting if self._ask_again or timer.task_id not in self._timers_before]
        known = self._jobs([timer.task_id for timer in asked if timer.task_id in self._timers_before])
        for timer in asked:
            self._arm(timer, known.get(timer.task_id))

    def _drop_jobs(self, ids: set[str]) -> None:
        """The timers are gone, and with them whatever could not be done for them."""
        dropped = delete(Job).where(Job.id.in_(ids)).returning(Job.id, Job.state)
        failed = [job_id for job_id, state in self.work.connection.execute(dropped) if state == "failed"]
        if failed:
            self.work.connection.execute(
                update(Incident)
                .where(Incident.job_id.in_(failed), Incident.resolved_at.is_(None))
                .values(resolved_at=self.work.now, resolved_by=self.work.actor.id)
            )

    def _jobs(self, ids: list[str]) -> dict[str, Mapping[Any, Any]]:
        if not ids:
            return {}
        table = Job.__table__
        rows = self.work.connection.execute(select(table).where(table.c.id.in_(ids))).mappings()
        return {row["id"]: row for row in rows}

    def _arm(self, timer: WaitingTimer, job: Mapping[str, Any] | None) -> None:
        """Ask the timer for its due time and let the job row say so; null: not armed."""
        fired = self._fired.get(timer.element.id) if timer.firings else None
        last = job or fired
        armed_at = last["armed_at"] if last else self.work.now
        arming = Arming(
            armed_at,
            self.work.now,
            timer.firings,
            fired["due_at"] if fired else None,
            job["due_at"] if job else None,
            self._calls_functions(timer.element),
        )
        place = Place(timer.element, timer.task_id)
        due = arm(timer.element, lambda text: self.evaluate(text, timer.data, place), arming)
        if due is None:
            if job:
                self._drop_jobs({timer.task_id})
                self.fact("timer_disarmed", timer.element)
            return
        if job is None:
            row = {
                "id": timer.task_id,
                "organisation_id": self.organisation_id,
                "instance_id": self.id,
                "root_id": self.root_id,
                "kind": "timer",
                "element_id": timer.element.id,
                "state": "waiting",
                "armed_at": armed_at,
                "due_at": due,
                "run_at": due,
                "firings": timer.firings,
                "attempts": 0,
            }
            self.work.connection.execute(insert(Job), row)
            self.fact("timer_armed", timer.element, due=due.isoformat())
        elif job["due_at"] != due:
            self.work.connection.execute(update(Job).where(Job.id == timer.task_id).values(due_at=due, run_at=due))
            self.fact("timer_retimed", timer.element, before=job["due_at"].isoformat(), due=due.isoformat())

    def _calls_functions(self, element: ElementModel) -> bool:
        text = element.timer.text if element.timer else ""
        return "${" in text and bool(self.work.resources.language.compile(text).functions)
