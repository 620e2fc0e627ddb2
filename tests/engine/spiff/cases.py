"""A case on the token mover without engine or database: told what to do by element ids, and checked after each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.util.task import TaskState

from engine.definition.catalogue import Catalogue
from engine.definition.check import check
from engine.definition.model import ProcessModel
from engine.expressions.functions import STANDARD
from engine.expressions.language import Language
from engine.expressions.registry import Function, FunctionRegistry
from engine.extensions import Parameter, Service
from engine.spiff.behaviour import Place
from engine.spiff.builder import Specification, build
from engine.spiff.execution import Execution, OpenTask, WaitingEvent
from engine.spiff.raising import Raised, RaisedKind
from engine.spiff.repeating import Repeated
from engine.spiff.specs import SubProcess
from engine.spiff.workflow import ACTIVE, flows, in_order

NEXT_DUE = Function("next_due", lambda: None, zh="下次", en="next", rearms=True)
LANGUAGE = Language(FunctionRegistry((*STANDARD, NEXT_DUE)))
Call = Callable[[Mapping[str, Any]], Any]


def _nothing(*_: Any, **__: Any) -> None:
    return None


OUTSIDE = object()  # answered by a service that is called outside

NOTE = Service("test.note", _nothing, zh="记", en="note", parameters=(Parameter("what", "any", "事", "what", False),))
CATALOGUE = Catalogue(language=LANGUAGE, rearming=frozenset({NEXT_DUE.name}), services={NOTE.name: NOTE})


def model(content: bytes) -> ProcessModel:
    """The model that the real check makes of a drawing."""
    report = check(content, CATALOGUE)
    assert report.model is not None, [finding.message_en for finding in report.errors]
    return report.model


def specification(content: bytes) -> Specification:
    return build(model(content))


class Told:
    """The behaviour double: the real language, calls by element id, and a log of what it was told."""

    def __init__(self, **calls: Call) -> None:
        self.calls = calls  # element id -> what a service returns, a script yields, a condition answers
        self.log: list[tuple[str, str]] = []
        self.everything: list[str] = []  # what `news` has given out
        self.ids: list[tuple[str, str, str]] = []
        self.thrown: list[tuple[str, str | None]] = []  # trigger and name of messages and signals

    def _tell(self, what: str, place: Place) -> None:
        self.log.append((what, place.element.id))
        self.ids.append((what, place.element.id, place.task_id))

    def evaluate(self, source: str, data: Mapping[str, Any], place: Place | None) -> Any:
        if place is not None and place.element.service is None and place.element.id in self.calls:
            return self.calls[place.element.id](data)
        return LANGUAGE.compile(source).evaluate(data)

    def run_script(self, source: str, data: Mapping[str, Any], place: Place) -> dict[str, Any]:
        self._tell("script", place)
        call = self.calls.get(place.element.id)
        return dict(call(data)) if call else LANGUAGE.compile_script(source).run(data)

    def call_service(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any] | None:
        """A call that answers OUTSIDE waits until the test finishes it."""
        self._tell("service", place)
        call = self.calls.get(place.element.id)
        values = call(data) if call else {}
        return None if values is OUTSIDE else dict(values or {})

    def decide(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any]:
        self._tell("decision", place)
        call = self.calls.get(place.element.id)
        return dict(call(data)) if call else {"decided": place.element.decision}

    def throw(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any]:
        self._tell("thrown", place)
        self.thrown.append((place.element.trigger, place.element.event_name))
        return {}

    def received(self, place: Place, data: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
        self._tell("received", place)
        return dict(payload)

    def call(self, place: Place, data: Mapping[str, Any]) -> None:
        self._tell("called", place)

    def entered(self, place: Place, data: Mapping[str, Any]) -> None:
        self._tell("entered", place)

    def completed(self, place: Place, data: Mapping[str, Any]) -> None:
        self._tell("completed", place)

    def cancelled(self, place: Place) -> None:
        self._tell("cancelled", place)

    def news(self) -> list[str]:
        """What was told since the last time, as "completed a"."""
        told, self.log = [f"{what} {where}" for what, where in self.log], []
        self.everything += told
        return told


class Run:
    """One case. `saving`: it is saved and loaded before every step, as the engine does."""

    def __init__(
        self,
        drawing: bytes | Specification,
        data: Mapping[str, Any] | None = None,
        *,
        saving: bool = False,
        told: Told | None = None,
        at: str | None = None,
    ) -> None:
        self.spec = drawing if isinstance(drawing, Specification) else specification(drawing)
        self.saving = saving
        self.told = told or Told()
        self.execution = Execution.start(self.spec, data or {}, self.told, at)
        self._left: list[Raised] = []
        self.execution.advance()
        self.settle()

    # -- doing -------------------------------------------------------------------------------------------------

    def do(self, *element_ids: str, **data: Any) -> Run:
        """Complete these steps one after the other, the first open one of each name."""
        for element_id in element_ids:
            self._reload()
            self.execution.advance(self.task(element_id).task_id, data)
            self.settle()
        return self

    def fire(self, *element_ids: str) -> Run:
        for element_id in element_ids:
            self._reload()
            self.execution.fire(self.timer(element_id).task_id)
            self.settle()
        return self

    def receive(self, element_id: str, /, nth: int = 0, **payload: Any) -> Run:
        """A waiting event happens; the payload of a message or signal."""
        self._reload()
        self.execution.fire(self.waiting_for(element_id)[nth].task_id, payload)
        self.settle()
        return self

    def finish(self, element_id: str, /, nth: int = 0, **data: Any) -> Run:
        """A call, or a service outside, has come to its end."""
        self._reload()
        self.execution.finish(self.working(element_id)[nth], data)
        self.settle()
        return self

    def fail(self, element_id: str, code: str, kind: RaisedKind = "error", nth: int = 0) -> Run:
        """A call, or a service outside, has raised an error or escalation."""
        self._reload()
        self.execution.fail(self.working(element_id)[nth], Raised(kind, code, f"words of {code}"))
        self.settle()
        return self

    def settle(self) -> None:
        """As the engine does after each step where nobody has called the case: who has thrown an escalation goes on."""
        while (raised := self.execution.take_left()) is not None:
            self._left.append(replace(raised, thrower=None))
            if raised.thrower is not None:
                self.execution.go_on(raised.thrower)
        check_tree(self.execution)

    def save(self) -> bytes:
        """Save and load; the picture is the same, and so are the bytes."""
        before = self.picture()
        state = self.execution.dump()
        self.execution = Execution.load(self.spec, state, self.told)
        assert self.picture() == before
        assert self.execution.dump() == state
        check_tree(self.execution)
        return state

    def _reload(self) -> None:
        if self.saving:
            self.save()

    # -- looking -----------------------------------------------------------------------------------------------

    def task(self, element_id: str, nth: int = 0) -> OpenTask:
        return [task for task in self.execution.open_tasks() if task.element.id == element_id][nth]

    def timer(self, element_id: str) -> WaitingEvent:
        return self.waiting_for(element_id)[0]

    def waiting_for(self, element_id: str) -> list[WaitingEvent]:
        return [event for event in self.execution.waiting_events() if event.element.id == element_id]

    def working(self, *element_ids: str) -> list[str]:
        """Ids of the tokens that wait for the end of a call or of a service outside; all, or of these elements."""
        return [task.id for task in working(self.execution) if not element_ids or task.task_spec.bpmn_id in element_ids]

    def busy_elements(self) -> list[str]:
        return sorted(task.task_spec.bpmn_id for task in working(self.execution))

    def busy(self, *element_ids: str) -> Run:
        assert self.busy_elements() == sorted(element_ids)
        return self

    def data(self, element_id: str) -> dict[str, Any]:
        return self.task(element_id).data

    def open(self) -> list[str]:
        return sorted(task.element.id for task in self.execution.open_tasks())

    def waiting(self) -> list[str]:
        return sorted(timer.element.id for timer in self.execution.waiting_events())

    def at(self, *element_ids: str) -> Run:
        assert self.open() == sorted(element_ids)
        return self

    def armed(self, *element_ids: str) -> Run:
        assert self.waiting() == sorted(element_ids)
        return self

    def ended(self) -> Run:
        assert self.execution.ended
        assert self.open() == self.waiting() == self.working() == []
        return self

    def left(self) -> list[Raised]:
        """What nothing in the drawing has caught, once."""
        self.settle()
        found, self._left = self._left, []
        return found

    def picture(self) -> tuple[Any, ...]:
        """All that the engine sees."""
        return (
            self.execution.ended,
            [(task.task_id, task.element.id, task.data) for task in self.execution.open_tasks()],
            [(t.task_id, t.element.id, t.firings, t.data) for t in self.execution.waiting_events()],
            [(task.id, task.task_spec.bpmn_id, dict(task.data)) for task in working(self.execution)],
        )

    def names(self) -> tuple[Any, ...]:
        """The picture without ids: the same for two runs of one story."""
        ended, *parts = self.picture()
        return ended, *([one[1:] for one in part] for part in parts)

    def size(self) -> int:
        return sum(len(flow.tasks) for flow in flows(workflow(self.execution)))


def workflow(execution: Execution) -> Any:
    return execution._workflow


def working(execution: Execution) -> list[Any]:
    """Tokens of calls and services that wait for their outcome, in the order of the tree."""
    started = execution._in_state(TaskState.STARTED)
    return [task for task in started if not isinstance(task.task_spec, Repeated | SubProcess)]


def check_tree(execution: Execution) -> None:
    """The tree hangs together, nothing is orphaned, and what is open can be seen."""
    top = workflow(execution)
    everything: dict[Any, Any] = {}
    for flow in flows(top):
        tasks = list(in_order(flow))
        assert {task.id for task in tasks} == set(flow.tasks)
        for task in tasks:
            assert flow.tasks[task.id] is task
            assert task.workflow is flow
            assert all(child.parent is task for child in task.children)
            assert task.depth < 900
        everything |= flow.tasks
    for parent_id, inside in top.subprocesses.items():
        assert everything[parent_id].state == TaskState.STARTED
        assert isinstance(everything[parent_id].task_spec, SubProcess)
        assert not inside.completed
    subscribed = top.event_manager.tasks
    living = [task for task in everything.values() if task.state & ACTIVE]
    waiting = {t.id for t in living if t.state == TaskState.WAITING and isinstance(t.task_spec, CatchingEvent)}
    assert waiting == set(subscribed)
    assert all(everything[task_id] is task for task_id, task in subscribed.items())
    ready = {task.id for task in living if task.state == TaskState.READY}
    assert ready == {task.task_id for task in execution.open_tasks()}, "an engine step was left behind"
    assert execution.ended == (not living)
    if not execution.ended:
        assert execution.open_tasks() or working(execution) or subscribed, "nothing to do, and not ended"
