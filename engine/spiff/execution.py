"""A running execution as the engine uses it. `advance` is the only door through which a step is completed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.definition.events import NAMED, RAISED
from engine.definition.model import ElementModel
from engine.spiff import codec
from engine.spiff.behaviour import Behaviour
from engine.spiff.builder import Specification
from engine.spiff.data import plain
from engine.spiff.errors import EventNotAwaited, NothingGoesOn, TaskNotReady
from engine.spiff.events import FIRINGS, ReceiveTask, host, strike
from engine.spiff.inclusive import InclusiveGateway
from engine.spiff.raising import Raised, settle
from engine.spiff.repeating import Repeated
from engine.spiff.script_engine import ScriptEngine
from engine.spiff.specs import ParallelGateway, SubProcess
from engine.spiff.steps import run_steps
from engine.spiff.tokens import carried, data_now
from engine.spiff.tree import compact, sweep
from engine.spiff.workflow import Workflow, find, flows, in_state


@dataclass(frozen=True)
class OpenTask:
    """A human step that waits to be done."""

    task_id: str  # 32 hex digits, the same through saving
    element: ElementModel
    data: dict[str, Any]


@dataclass(frozen=True)
class WaitingEvent:
    """An event that waits. Each firing of a repeating one waits anew under a new id."""

    task_id: str
    element: ElementModel
    data: dict[str, Any]  # what its host has come to so far
    firings: int  # before this wait; 0 for the first


@dataclass(frozen=True)
class StartedService:
    """A service step that waits for its outside call."""

    task_id: str
    element: ElementModel
    data: dict[str, Any]


class Execution:
    """The tokens of one instance. Not shared between threads; thrown away after an exception."""

    def __init__(self, workflow: Any, script_engine: ScriptEngine) -> None:
        self._workflow = workflow
        self._script_engine = script_engine

    @classmethod
    def start(
        cls, specification: Specification, data: Mapping[str, Any], behaviour: Behaviour, at: str | None = None
    ) -> Execution:
        """A new execution, which has not run yet. `at`: id of the start event; None: the plain one.

        Raises NotPlainData.
        """
        script_engine = ScriptEngine(specification.model, behaviour)
        workflow = Workflow(specification.process, specification.scopes, script_engine)
        workflow.plant(at or _first_start(specification))
        workflow.task_tree.data = plain(data)
        return cls(workflow, script_engine)

    @classmethod
    def load(cls, specification: Specification, state: bytes, behaviour: Behaviour) -> Execution:
        """The execution as `dump` saved it. Raises UnknownStateFormat."""
        script_engine = ScriptEngine(specification.model, behaviour)
        return cls(codec.loads(state, specification, script_engine), script_engine)

    def dump(self) -> bytes:
        """The state to save. Finished rounds of loops are cut out first, so that its size stays constant."""
        compact(self._workflow)
        return codec.dumps(self._workflow)

    # -- moving ------------------------------------------------------------------------------------------------

    def advance(self, task_id: str | None = None, data: Mapping[str, Any] | None = None) -> None:
        """Complete an open human step with its data, if one is given, and run to the next stop.

        Raises TaskNotReady, ExecutionLimit, NoConditionHolds, NothingGoesOn, NotPlainData, NoCollection, TooManyRuns,
        and whatever the behaviour raises; the execution is of no use then.
        """
        self._script_engine.begin(self._living())
        if task_id is not None:
            task = self._find(task_id)
            if task is None or task.state != TaskState.READY:
                raise TaskNotReady
            task.data.update(plain(data or {}))
            task.run()
        self._run()

    def fire(self, task_id: str, payload: Mapping[str, Any] | None = None) -> None:
        """Let a waiting event happen, and run to the next stop. `payload`: what a message or signal brought.

        Raises EventNotAwaited, and what `advance` raises.
        """
        task = self._find(task_id)
        if task is None or not self._awaited(task):
            raise EventNotAwaited
        self._script_engine.begin(self._living())
        element = self._script_engine.element(task)
        caught = element.trigger in NAMED
        strike(task, element, self._script_engine.received(task, carried(host(task)), payload or {}) if caught else {})
        self._run()

    def finish(self, task_id: str, data: Mapping[str, Any]) -> None:
        """Complete an activity that waits for its outcome, a call or a service outside, and run to the next stop.

        Raises TaskNotReady, and what `advance` raises.
        """
        task = self._waiting_activity(task_id)
        self._script_engine.begin(self._living())
        task.data.update(plain(data))
        task.complete()
        self._run()

    def fail(self, task_id: str, raised: Raised) -> None:
        """An activity that waits for its outcome has raised an error or escalation; run to the next stop.

        After an escalation the activity goes on. Raises TaskNotReady, and what `advance` raises.
        """
        task = self._waiting_activity(task_id)
        self._script_engine.begin(self._living())
        self._script_engine.raised.append((task, raised))
        settle(self._workflow)
        self._run()

    def go_on(self, task_id: str) -> None:
        """The escalation of this token has been handed on: run to the next stop, unless it was taken away by that.

        Raises what `advance` raises.
        """
        task = self._find(task_id)
        if task is None or task.state != TaskState.STARTED:
            return
        self._script_engine.begin(self._living())
        task.complete()
        self._run()

    def cancel(self) -> None:
        """End the execution here: open steps and timers are no more."""
        self._script_engine.begin(self._living())
        self._workflow.cancel()
        sweep(self._workflow)
        self._script_engine.tell_cancelled(self._living())

    def _run(self) -> None:
        run_steps(self._workflow)
        sweep(self._workflow)
        living = self._living()
        self._check_that_it_goes_on(living)
        self._script_engine.tell_cancelled(living)

    def _check_that_it_goes_on(self, living: list[Any]) -> None:
        """A join whose other branches have gone elsewhere would wait for ever, and nobody would be told."""
        going = any(not isinstance(task.task_spec, Repeated | SubProcess) for task in living)
        if self.ended or going or self.waiting_events():
            return
        joins = [
            task
            for task in self._in_state(TaskState.WAITING)
            if isinstance(task.task_spec, ParallelGateway | InclusiveGateway)
        ]
        elements = [self._script_engine.element(task) for task in joins]
        raise NothingGoesOn(element="、".join(dict.fromkeys(one.name or one.id for one in elements)))

    # -- looking -----------------------------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        return bool(self._workflow.completed)

    def element(self, task_id: str) -> ElementModel:
        """What of the drawing a living token stands on. Raises TaskNotReady."""
        task = self._find(task_id)
        if task is None:
            raise TaskNotReady
        return self._script_engine.element(task)

    @property
    def data(self) -> dict[str, Any]:
        """What an execution that has ended came to."""
        return dict(self._workflow.last_task.data) if self._workflow.last_task is not None else {}

    def take_left(self) -> Raised | None:
        """The next error or escalation that nothing in this drawing has caught. After an error it has ended.

        The thrower of an escalation waits for `go_on`.
        """
        left = self._script_engine.left
        return left.pop(0) if left else None

    def open_tasks(self) -> list[OpenTask]:
        """Human steps that are ready, in the order of the tree."""
        return [
            OpenTask(task.id, self._script_engine.element(task), task.data)
            for task in self._in_state(TaskState.READY)
            if task.task_spec.manual
        ]

    def started_services(self) -> list[StartedService]:
        """Service steps that wait for their outside call, in the order of the tree."""
        started = [(task, self._script_engine.element(task)) for task in self._in_state(TaskState.STARTED)]
        return [
            StartedService(task.id, element, task.data)
            for task, element in started
            if element.service is not None and not isinstance(task.task_spec, Repeated)
        ]

    def waiting_events(self) -> list[WaitingEvent]:
        """Timers, armed or not, messages and signals that are waited for, in the order of the tree."""
        return [
            WaitingEvent(
                task.id,
                self._script_engine.element(task),
                carried(host(task)),
                task.internal_data.get(FIRINGS, 0),
            )
            for task in self._in_state(TaskState.WAITING)
            if self._awaited(task)
        ]

    def places(self) -> list[str]:
        """Ids of the drawn elements on which tokens stand, in the order of the tree; no boundary events."""
        tasks = self._in_state(TaskState.READY | TaskState.STARTED | TaskState.WAITING)
        standing = [self._script_engine.drawn(task) for task in tasks]
        return list(dict.fromkeys(one.id for one in standing if one is not None and one.attached_to is None))

    def present(self) -> dict[str, Any]:
        """What the tokens of the main line know, put together."""
        return data_now(self._workflow)

    def _awaited(self, task: Any) -> bool:
        """Whether it waits for something from without; errors and escalations come from within."""
        return task.id in self._workflow.event_manager.tasks and self._script_engine.element(task).trigger not in RAISED

    def _living(self) -> list[Any]:
        """Activities that have been entered: open steps, receive tasks, whatever waits for its outcome."""
        receiving = [task for task in self._in_state(TaskState.WAITING) if isinstance(task.task_spec, ReceiveTask)]
        return self._in_state(TaskState.READY | TaskState.STARTED) + receiving

    def _in_state(self, states: int) -> list[Any]:
        return [task for flow in flows(self._workflow) for task in in_state(flow, states)]

    def _waiting_activity(self, task_id: str) -> Any:
        task = self._find(task_id)
        if task is None or task.state != TaskState.STARTED or isinstance(task.task_spec, Repeated | SubProcess):
            raise TaskNotReady
        return task

    def _find(self, task_id: str) -> Any:
        return find(self._workflow, task_id)


def _first_start(specification: Specification) -> str:
    """The plain start event; where there is none, the first."""
    starts = specification.model.starts
    return next((start.id for start in starts if not start.trigger), starts[0].id)
