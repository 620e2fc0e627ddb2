"""A running execution as the engine uses it. `advance` is the only door through which a step is completed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.util.task import TaskState

from engine.definition.model import ElementModel
from engine.spiff import codec
from engine.spiff.behaviour import Behaviour
from engine.spiff.builder import Specification
from engine.spiff.data import plain
from engine.spiff.errors import ServiceNotStarted, TaskNotReady, TimerNotWaiting
from engine.spiff.script_engine import ScriptEngine
from engine.spiff.specs import FIRED, FIRINGS
from engine.spiff.steps import run_steps
from engine.spiff.tokens import carried
from engine.spiff.tree import compact, sweep
from engine.spiff.workflow import Workflow, find, flows, in_state


@dataclass(frozen=True)
class OpenTask:
    """A human step that waits to be done."""

    task_id: str  # 32 hex digits, the same through saving
    element: ElementModel
    data: dict[str, Any]


@dataclass(frozen=True)
class WaitingTimer:
    """A timer that waits. Each firing of a repeating timer waits anew under a new id."""

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
    def start(cls, specification: Specification, data: Mapping[str, Any], behaviour: Behaviour) -> Execution:
        """A new execution, which has not run yet. Raises NotPlainData."""
        script_engine = ScriptEngine(specification.model, behaviour)
        workflow = Workflow(specification.process, specification.scopes, script_engine)
        workflow.plant()
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

        Raises TaskNotReady, ExecutionLimit, NoConditionHolds, NotPlainData, and whatever the behaviour raises; the
        execution is of no use then.
        """
        self._script_engine.begin(self._living())
        if task_id is not None:
            task = self._find(task_id)
            if task is None or task.state != TaskState.READY:
                raise TaskNotReady
            task.data.update(plain(data or {}))
            task.run()
        self._run()

    def fire(self, task_id: str) -> None:
        """Let a waiting timer fire, and run to the next stop. A repeating one waits on beside the branch it starts.

        The branch sees what the host has come to so far, also when the host is a sub-process. Raises TimerNotWaiting
        and what `advance` raises.
        """
        task = self._find(task_id)
        if task is None or task.id not in self._workflow.event_manager.tasks:
            raise TimerNotWaiting
        self._script_engine.begin(self._living())
        data = carried(_host(task))
        timer = self._script_engine.element(task).timer
        if timer is not None and timer.repeats:
            _wait_again(task)
        task.internal_data[FIRED] = True
        task.task_spec._update(task)
        task.data = data
        self._run()

    def finish(self, task_id: str, values: Mapping[str, Any]) -> None:
        """Complete a service step whose call has come back, with the variables to set, and run to the next stop.

        Raises ServiceNotStarted and what `advance` raises.
        """
        task = self._find(task_id)
        if task is None or task.state != TaskState.STARTED or self._script_engine.element(task).kind != "serviceTask":
            raise ServiceNotStarted
        self._script_engine.begin(self._living())
        task.data.update(plain(values))
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
        self._script_engine.tell_cancelled(self._living())

    # -- looking -----------------------------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        return bool(self._workflow.completed)

    def open_tasks(self) -> list[OpenTask]:
        """Human steps that are ready, in the order of the tree."""
        return [
            OpenTask(task.id.hex, self._script_engine.element(task), task.data)
            for task in self._in_state(TaskState.READY)
            if task.task_spec.manual
        ]

    def started_services(self) -> list[StartedService]:
        """Service steps that wait for their outside call, in the order of the tree."""
        started = [(task, self._script_engine.element(task)) for task in self._in_state(TaskState.STARTED)]
        return [
            StartedService(task.id.hex, element, task.data)
            for task, element in started
            if element.kind == "serviceTask"
        ]

    def waiting_timers(self) -> list[WaitingTimer]:
        """Timers that wait, armed or not, in the order of the tree."""
        waiting = self._workflow.event_manager.tasks
        return [
            WaitingTimer(
                task.id.hex,
                self._script_engine.element(task),
                carried(_host(task)),
                task.internal_data.get(FIRINGS, 0),
            )
            for task in self._in_state(TaskState.WAITING)
            if task.id in waiting
        ]

    def _living(self) -> list[Any]:
        """Open steps and running sub-processes."""
        return self._in_state(TaskState.READY | TaskState.STARTED)

    def _in_state(self, states: int) -> list[Any]:
        return [task for flow in flows(self._workflow) for task in in_state(flow, states)]

    def _find(self, task_id: str) -> Any:
        try:
            return find(self._workflow, UUID(hex=task_id))
        except ValueError:
            return None


def _wait_again(task: Any) -> None:
    """A new waiting task of the same event beside the one that fires, so that the fired branch is the event's own.

    A branch hung below a timer that still waits would vanish with the timer when its host completes.
    """
    again = task.parent._add_child(task.task_spec)
    again.internal_data[FIRINGS] = task.internal_data.get(FIRINGS, 0) + 1
    again.task_spec._update(again)


def _host(timer: Any) -> Any:
    """The activity on whose border the timer waits."""
    return next(task for task in timer.parent.children if not isinstance(task.task_spec, BoundaryEventMixin))
