"""A running execution as the engine uses it. `advance` is the only door through which a step is completed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from engine.definition.model import ElementModel
from engine.spiff import codec
from engine.spiff.behaviour import Behaviour, Place
from engine.spiff.builder import Specification
from engine.spiff.data import plain
from engine.spiff.errors import ExecutionLimit, TaskNotReady, TimerNotWaiting
from engine.spiff.script_engine import ScriptEngine
from engine.spiff.specs import FIRED, FIRINGS
from engine.spiff.tree import compact, flows, sweep

MAX_STEPS = 2_000
MAX_TASKS = 5_000
MAX_SCOPES = 50
MAX_DEPTH = 900  # SpiffWorkflow loses tasks below 1,000 without a word
MAX_SECONDS = 5.0

HUMAN = frozenset({"userTask", "manualTask"})
NOTICED_WHEN_GONE = HUMAN | {"subProcess"}


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
    data: dict[str, Any]
    firings: int  # before this wait; 0 for the first


class Execution:
    """The tokens of one instance. Not shared between threads; thrown away after an exception."""

    def __init__(
        self, specification: Specification, workflow: Any, script_engine: ScriptEngine
    ) -> None:
        self._specification = specification
        self._workflow = workflow
        self._script_engine = script_engine

    @classmethod
    def start(
        cls, specification: Specification, data: Mapping[str, Any], behaviour: Behaviour
    ) -> Execution:
        """A new execution, which has not run yet."""
        script_engine = ScriptEngine(specification.model, behaviour)
        workflow = BpmnWorkflow(
            specification.process, specification.scopes, script_engine=script_engine
        )
        workflow.task_tree.data.update(plain(data))
        return cls(specification, workflow, script_engine)

    @classmethod
    def load(
        cls, specification: Specification, state: bytes, behaviour: Behaviour
    ) -> Execution:
        """The execution as `dump` saved it. Raises UnknownStateFormat."""
        script_engine = ScriptEngine(specification.model, behaviour)
        return cls(
            specification,
            codec.loads(state, specification, script_engine),
            script_engine,
        )

    def dump(self) -> bytes:
        """The state to save. Finished rounds of loops are cut out first, so that its size stays constant."""
        compact(self._workflow)
        return codec.dumps(self._workflow)

    # -- moving ------------------------------------------------------------------------------------------------

    def advance(
        self, task_id: str | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        """Complete an open human step with its data, if one is given, and run to the next stop.

        Raises TaskNotReady, ExecutionLimit, and whatever the behaviour raises; the execution is of no use then.
        """
        active = self._active()
        if task_id is not None:
            task = self._find(task_id)
            if (
                task is None
                or task.state != TaskState.READY
                or not task.task_spec.manual
            ):
                raise TaskNotReady
            task.data.update(plain(data or {}))
            task.run()
        self._run(active)

    def fire(self, task_id: str) -> None:
        """Let a waiting timer fire, and run to the next stop. A repeating one waits on beside the branch it starts.

        Raises TimerNotWaiting, ExecutionLimit, and whatever the behaviour raises.
        """
        active = self._active()
        task = self._workflow.event_manager.tasks.get(UUID(hex=task_id))
        if task is None or task.state != TaskState.WAITING:
            raise TimerNotWaiting
        if repeats(self._script_engine.element(task)):
            self._wait_again(task)
        task.internal_data[FIRED] = True
        task.task_spec._update(task)
        self._run(active)

    def cancel(self) -> None:
        """End the execution here: open steps and timers are no more."""
        active = self._active()
        self._script_engine.completed_ids.clear()
        self._workflow.cancel()
        self._tell_cancelled(active)

    def _wait_again(self, task: Any) -> None:
        """A new waiting task of the same event beside the one that fires, so that the fired branch is the event's own.

        A branch hung below a timer that still waits would vanish with the timer when its host completes.
        """
        again = task.parent._add_child(task.task_spec, TaskState.WAITING)
        again._inherit_data()
        again.internal_data[FIRINGS] = task.internal_data.get(FIRINGS, 0) + 1
        again.task_spec._predict(again, mask=TaskState.NOT_FINISHED_MASK)
        self._workflow.event_manager.add_task(again)

    def _run(self, active: dict[str, Place]) -> None:
        steps, began = 0, time.monotonic()

        def guard(task: Any) -> None:
            nonlocal steps
            steps += 1
            if steps > MAX_STEPS:
                raise ExecutionLimit(limit=MAX_STEPS, what="步 / steps")
            if len(self._workflow.subprocesses) > MAX_SCOPES:
                raise ExecutionLimit(
                    limit=MAX_SCOPES, what="层子流程 / nested sub-processes"
                )
            if time.monotonic() - began > MAX_SECONDS:
                raise ExecutionLimit(limit=MAX_SECONDS, what="秒 / seconds")
            if task.depth > MAX_DEPTH:
                raise ExecutionLimit(limit=MAX_DEPTH, what="层 / levels")

        try:
            self._workflow.do_engine_steps(will_complete_task=guard)
        except SpiffWorkflowException as error:
            raise error.__cause__ if error.__cause__ is not None else error from error
        self._workflow.bpmn_events.clear()
        sweep(self._workflow)
        if sum(len(flow.tasks) for flow in flows(self._workflow)) > MAX_TASKS:
            raise ExecutionLimit(limit=MAX_TASKS, what="个节点 / tasks")
        self._tell_cancelled(active)

    # -- looking -----------------------------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        return bool(self._workflow.completed)

    def open_tasks(self) -> list[OpenTask]:
        """Human steps that are ready, in the order of the tree."""
        return [
            OpenTask(task.id.hex, self._script_engine.element(task), task.data)
            for flow in flows(self._workflow)
            for task in flow.tasks.values()
            if task.state == TaskState.READY and task.task_spec.manual
        ]

    def waiting_timers(self) -> list[WaitingTimer]:
        """Timers that wait, armed or not."""
        return [
            WaitingTimer(
                task.id.hex,
                self._script_engine.element(task),
                task.data,
                task.internal_data.get(FIRINGS, 0),
            )
            for task in self._workflow.event_manager.tasks.values()
            if task.state == TaskState.WAITING
        ]

    def _find(self, task_id: str) -> Any:
        identity = UUID(hex=task_id)
        return next(
            (
                flow.tasks[identity]
                for flow in flows(self._workflow)
                if identity in flow.tasks
            ),
            None,
        )

    def _active(self) -> dict[str, Place]:
        """Open human steps and running sub-processes, to tell afterwards which were taken away."""
        self._script_engine.completed_ids.clear()
        found = {}
        for flow in flows(self._workflow):
            for task in flow.tasks.values():
                if task.state & (TaskState.READY | TaskState.STARTED) and self._noticed(
                    task
                ):
                    found[task.id.hex] = Place(
                        self._script_engine.element(task), task.id.hex
                    )
        return found

    def _noticed(self, task: Any) -> bool:
        bpmn_id = task.task_spec.bpmn_id
        element = self._specification.model.elements.get(bpmn_id) if bpmn_id else None
        return element is not None and element.kind in NOTICED_WHEN_GONE

    def _tell_cancelled(self, before: dict[str, Place]) -> None:
        still = self._still_active()
        for task_id, place in before.items():
            if (
                task_id not in still
                and task_id not in self._script_engine.completed_ids
            ):
                self._script_engine.cancelled(place)

    def _still_active(self) -> set[str]:
        if self.ended:
            return set()
        wanted = TaskState.READY | TaskState.STARTED
        return {
            task.id.hex
            for flow in flows(self._workflow)
            for task in flow.tasks.values()
            if task.state & wanted
        }


def repeats(element: ElementModel) -> bool:
    """Whether a timer waits again after it has fired: a non-interrupting cycle, or one that asks for its next date."""
    timer = element.timer
    if timer is None or element.interrupting or element.kind != "boundaryEvent":
        return False
    return timer.kind == "cycle" or (timer.kind == "date" and "${" in timer.text)
