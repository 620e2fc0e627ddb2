"""One instance inside a command: its execution, what the drawing asks of the engine, and how it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection

from engine.authorization import Actor
from engine.case_rows import TaskRows, TimerRows
from engine.decisions.evaluation import evaluate
from engine.decisions.mapping import map_result
from engine.decisions.table import Decision
from engine.definition.model import ElementModel
from engine.errors import EngineError
from engine.extensions import BusinessError, ElementListener
from engine.models import ProcessInstance
from engine.outbox import Parcel, bounded, expiry, post
from engine.outbox import Place as Sender
from engine.outside_rows import OutsideRows
from engine.spiff.behaviour import Place
from engine.spiff.builder import Specification
from engine.spiff.errors import TaskNotReady
from engine.spiff.execution import Execution
from engine.spiff.raising import Raised
from engine.subscription_rows import SubscriptionRows, correlation
from engine.work import Work
from engine.writes import Write, changed, update_of

HUMAN = frozenset({"userTask", "manualTask"})
KEPT_FOR = "message.ttl"
"""Property of a throwing event: how long its message is kept when nobody waits for it yet."""


@dataclass(frozen=True)
class CallBegun:
    """A call activity that has begun, and whose case is still to be started."""

    case: Case
    place: Place
    data: Mapping[str, Any]


class NoPlainStart(EngineError):
    """“{process}” is started by messages, signals or times only."""

    code, status = "no_plain_start", 422
    zh = "流程“{process}”只能由消息、信号或定时启动。"


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
        self.case.work.moved.add(self.case.root_id)

    def participant(self, organisation_id: int, reason: str) -> None:
        self.case.work.participant(self.case.root_id, organisation_id, reason)

    @property
    def memo(self) -> dict[str, Any]:
        return self.case.memo

    def value(self, text: str, data: Mapping[str, Any]) -> Any:
        return self.case.work.resources.language.compile_value(text).evaluate(data, self)

    def elements(self) -> Mapping[str, ElementModel]:
        return self.case.specification.model.elements

    @property
    def wordings(self) -> Mapping[str, str]:
        return self.case.specification.wordings


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
        parent: tuple[int, str] | None = None,
    ) -> None:
        self.work = work
        self.id = id
        self.root_id = root_id
        self.organisation_id = organisation_id
        self.specification = specification
        self.fields = dict(fields)
        self.parent = parent  # the instance that called this one, and its token that waits
        self.returned = False  # whether the end of a called case has been told to its caller
        self.execution: Execution
        self.state = "active"
        self.columns: dict[str, Any] = {}  # others of its row that the command sets: title, end_reason …
        self.memo = work.memos.setdefault(root_id, {})
        self.accompanied = False  # whether other instances of the ticket ran when this one was loaded
        self._tasks = TaskRows(self)
        self._timers = TimerRows(self)
        self._services = OutsideRows(self)
        self._subscriptions = SubscriptionRows(self)

    # -- beginning ---------------------------------------------------------------------------------------------

    def begin(self, data: Mapping[str, Any], at: str | None = None) -> None:
        """A new execution that has not run yet. `at`: id of the start event; None: the plain one."""
        self.note_fields(data)
        start = at or next((one.id for one in self.specification.model.starts if not one.trigger), None)
        if start is None:
            raise NoPlainStart(process=self.specification.model.name)
        self.execution = Execution.start(self.specification, dict(data), self, start)

    def resume(self, state: bytes) -> None:
        """The execution as it was saved."""
        self.execution = Execution.load(self.specification, state, self)
        self._tasks.loaded(self.execution.open_tasks())
        waiting = self.execution.waiting_events()
        self._timers.loaded(waiting)
        self._subscriptions.loaded(waiting)
        self._services.loaded(self.execution.started_services())

    # -- what commands do --------------------------------------------------------------------------------------

    def complete(self, task_id: str, data: Mapping[str, Any]) -> None:
        """Complete a human step whose row the command has closed, and run on to the next stop."""
        self._tasks.completed(task_id)
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
        return self._timers.awaits(job_id)

    def fire(self, job: Mapping[str, Any]) -> None:
        """Let the timer of a due job fire, and run on to the next stop. A repeating one will be asked anew."""
        self._timers.fired(job)
        self.execution.fire(job["id"])

    def receive(self, subscription_id: str, payload: Mapping[str, Any]) -> None:
        """Let a waiting message or signal happen, and run on to the next stop."""
        self.execution.fire(subscription_id, payload)

    def finish_service(self, job_id: str, result: Any) -> None:
        """An outside call has come back: set what its output mapping says, and run on. Raises TaskNotReady."""
        found = next((one for one in self.execution.started_services() if one.task_id == job_id), None)
        if found is None:
            raise TaskNotReady
        self.execution.finish(job_id, self._mapped(found.element, found.data, result))

    def fail_service(self, job_id: str, error: BusinessError) -> None:
        """An outside call has come back with an error for the diagram. Raises TaskNotReady."""
        self.execution.fail(job_id, Raised("error", error.error, error.message("zh"), error))

    def cancel(self) -> None:
        self.execution.cancel()
        self.state = "cancelled"

    def reevaluate_timers(self) -> None:
        """Ask every waiting timer, and every due date that asks the case, again when the command is saved."""
        self._timers.reevaluate()
        self._tasks.reevaluate()

    def fact(self, type: str, element: ElementModel | None = None, **data: Any) -> None:
        where = {"element": element.id, "name": element.name} if element is not None else {}
        other = {"instance": self.id} if self.id != self.root_id else {}
        self.work.fact(self.root_id, type, **where, **other, **data)

    def wording(self, form_key: str | None) -> dict[str, str]:
        """For the fact of a form that was filled in: {"wording": SHA-256} of a published form, nothing of another."""
        digest = self.specification.wordings.get(form_key or "")
        return {} if digest is None else {"wording": digest}

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

    def call_service(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any] | None:
        element, language = place.element, self.work.resources.language
        context = self.context(element)
        service = self.work.resources.extensions.services[element.service or ""]
        inputs = {k: language.compile_value(text).evaluate(data, context) for k, text in element.inputs.items()}
        if not service.inside:
            self._services.ask(place, inputs)
            return None
        return self._mapped(element, data, service.function(context, **inputs))

    def _mapped(self, element: ElementModel, data: Mapping[str, Any], result: Any) -> dict[str, Any]:
        """The variables that a service's result sets."""
        language, context = self.work.resources.language, self.context(element)
        seen = {**data, "result": result}
        values = {k: language.compile_value(text).evaluate(seen, context) for k, text in element.outputs.items()}
        if element.result_variable:
            values[element.result_variable] = result
        self.note_fields(values)
        return values

    def decide(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any]:
        """Outputs replace what the case held under their names; with a result variable they stand together in it.

        The input mapping adds to the data, or hides them, for the decision alone. A decision is not pinned: it is made
        as it is published now, and history says in which version.
        """
        element, context = place.element, self.context(place.element)
        asked = {**data, **{name: context.value(text, data) for name, text in element.inputs.items()}}
        decision, version = self._decision(context, element.decision or "")
        made = evaluate(decision, asked, context)
        self.fact("decision_made", element, made=made.as_fact(), **version)
        values = dict(made.outputs)
        if element.result_variable is not None or element.outputs:
            result = map_result(made, element.decision_result)
            values = {name: context.value(text, {**data, "result": result}) for name, text in element.outputs.items()}
            if element.result_variable is not None:
                values[element.result_variable] = result
        self.note_fields(values)
        return values

    def _decision(self, context: CaseContext, decision_id: str) -> tuple[Decision, dict[str, Any]]:
        """The upper rooms' own, such as a ticket's policy pack, before what the client has published; and its version.

        A source keeps its own versions, and says in its own facts which one holds for the ticket.
        """
        resources = self.work.resources
        for source in resources.extensions.decisions:
            if (found := source.find(context, decision_id)) is not None:
                return found, {"source": source.name}
        published = resources.decisions.find(context.connection, self.organisation_id, decision_id)
        return published.decision, {"file": published.key, "version": published.version, "sha256": published.sha256}

    def throw(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any]:
        element, context = place.element, self.context(place.element)
        name = element.event_name or ""
        payload = bounded(name, {key: context.value(text, data) for key, text in element.inputs.items()})
        kept_for = element.properties.get(KEPT_FOR)
        message = element.trigger == "message"
        parcel = Parcel(
            name,
            payload,
            correlation(self, element, data, place) if message else None,
            expiry(self.work.now, str(context.value(kept_for, data))) if message and kept_for else None,
        )
        where = Sender(self.organisation_id, self.id, self.root_id, element.id)
        post(self.work, "message" if message else "signal", (parcel, where))
        self.fact("event_thrown", element, kind=element.trigger, event=name)
        return {}

    def received(self, place: Place, data: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
        """Only what the event declares becomes a variable: nobody's message overwrites what the case knows."""
        element, seen = place.element, {**data, "payload": dict(payload)}
        values = {name: self.context(element).value(text, seen) for name, text in element.outputs.items()}
        self.note_fields(values)
        self.fact("event_received", element, kind=element.trigger, event=element.event_name, data=values)
        return values

    def call(self, place: Place, data: Mapping[str, Any]) -> None:
        self.work.calls.append(CallBegun(self, place, dict(data)))

    def entered(self, place: Place, data: Mapping[str, Any]) -> None:
        if place.run is not None:  # the body has told of the whole
            return
        for listener in self._listeners(place.element):
            listener.entered(self.context(place.element), data)

    def completed(self, place: Place, data: Mapping[str, Any]) -> None:
        # a human step's completion is a fact of the command that did it; what is not drawn, nobody looks for
        if place.element.drawn and place.element.kind not in HUMAN and not place.body:
            run = {} if place.run is None else {"run": place.run + 1}
            self.fact("element_completed", place.element, kind=place.element.kind, **run)
        repeat = place.element.repeat
        set_there = (place.element.code_variable, place.element.message_variable, repeat.results if repeat else None)
        self.note_fields({name: data[name] for name in set_there if name is not None and name in data})
        if place.run is not None:
            return
        for listener in self._listeners(place.element):
            listener.completed(self.context(place.element), data)

    def cancelled(self, place: Place) -> None:
        self.fact("element_cancelled", place.element, kind=place.element.kind)
        if place.element.kind == "callActivity":
            self.work.dropped_calls.append((self.id, place.task_id))

    def _listeners(self, element: ElementModel) -> list[ElementListener]:
        prefixes = {name.partition(".")[0] for name in element.properties}
        registered = self.work.resources.extensions.listeners
        return [registered[prefix] for prefix in sorted(prefixes) if prefix in registered]

    # -- saving: the rows follow from the tree ------------------------------------------------------------------

    def save_rows(self) -> None:
        """Write user tasks and jobs as they differ from what was loaded."""
        if self.execution.ended and self.state == "active":
            self.state = "completed"
        active = self.state == "active"
        self._tasks.save(self.execution.open_tasks() if active else [])
        waiting = self.execution.waiting_events() if active else []
        self._timers.save(waiting)
        self._subscriptions.save(waiting)
        self._services.save(self.execution.started_services() if active else [])
        if not active:
            for ending in self.work.resources.extensions.endings if self.id == self.root_id else ():
                ending(self.context(None), self.state)
            part: dict[str, Any] = {} if self.id == self.root_id else {"process": self.specification.model.name}
            self.fact(f"{'call' if self.parent else 'instance'}_{self.state}", **part)

    def save_state(self, head: Mapping[str, Any]) -> None:
        """Write the instance's own row. `head`: the new end of its history chain, if it is a root with new history."""
        active = self.state == "active"
        values = {
            "root_id": self.root_id,
            "state": self.state,
            "execution": self.execution.dump() if active else None,
            "fields": self.fields,
            "ended_at": None if active else self.work.now,
            **head,
            **self.columns,
        }
        self.work.writes.add(_saving(*values), changed(self.id, values))


@cache
def _saving(*columns: str) -> Write:
    return update_of(ProcessInstance.__table__, *columns)
