"""SpiffWorkflow's workflow and task, without its clock, its log records and its walks over the whole tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from secrets import token_hex
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

START = "start"  # in the internal data of the root: the start event at which the case begins
LOCAL = "local"  # in the internal data of a run of a repeated activity: its own variables, not to be seen outside
BODY = "repeat"  # in the internal data of the body of a repeated activity: how far its runs are
ACTIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


def new_id() -> str:
    """Of a token: 32 random hex digits. Text, because a tree is one dict after another, and UUIDs are slow keys."""
    return token_hex(16)


class Token(Task):  # type: ignore[misc]
    """A task of the tree. The order of state changes is counted, not timed: clocks of two workers may differ."""

    _state: int

    def __init__(self, workflow: Any, task_spec: Any, parent: Any = None, state: int = TaskState.MAYBE) -> None:
        super().__init__(workflow, task_spec, parent, state, new_id())
        self.last_state_change = 0

    def _set_state(self, value: int) -> None:
        if value != self._state:
            self._state = value
            self.note_change()

    def note_change(self) -> None:
        """What it carries is the latest now."""
        self.last_state_change = next(self.workflow.top_workflow.changes)

    def _inherit_data(self) -> None:
        """The stock one merges into what the task holds already, and changes a run's own variables by it."""
        self.data = {**self.parent.data, **self.internal_data.get(LOCAL, {})}

    def run(self) -> bool | None:
        """The stock one completes also a task that was taken away while it ran, by what it has raised itself."""
        result: bool | None = self.task_spec._run(self)
        if self._state & TaskState.FINISHED_MASK:
            return result
        if result is None:
            self._set_state(TaskState.STARTED)
        else:
            self.complete()
        return result

    def cancel(self) -> None:
        """The stock one forgets the runs of a repeated activity without cancelling them."""
        for run in runs(self):
            run.cancel()
        super().cancel()

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> Any:
        child = Token(self.workflow, task_spec, self, state)
        child.thread_id = self.thread_id
        if state == TaskState.READY:
            child._ready()
        return child


class _Flow:
    """What the workflow and its sub-processes have in common."""

    tasks: dict[Any, Any]
    spec: Any
    task_tree: Any

    def plant(self, start: str | None = None) -> None:
        """Begin the tree: its root, ready, and what is predicted below it. `start`: id of the start event."""
        self.task_tree = Token(self, self.spec.start, state=TaskState.FUTURE)
        if start is not None:
            self.task_tree.internal_data[START] = start
        self.spec.start._predict(self.task_tree, mask=TaskState.NOT_FINISHED_MASK)
        self.task_tree._ready()

    def update_waiting_tasks(self) -> None:
        """Ask waiting joins again; a waiting event changes only when it is fired. One that fires takes others away."""
        for task in list(self.tasks.values()):
            if task.id not in self.tasks:
                continue
            if task._state == TaskState.WAITING and not isinstance(task.task_spec, CatchingEvent):
                task.task_spec._update(task)


class Workflow(_Flow, BpmnWorkflow):  # type: ignore[misc]
    """One instance's tokens. `changes` counts its state changes."""

    def __init__(self, process: Any, scopes: dict[str, Any], script_engine: Any) -> None:
        super().__init__(process, scopes, script_engine=script_engine, deserializing=True)
        self.changes = count(1)

    def create_subprocess(self, my_task: Any, spec_name: str) -> Any:
        inside = self.restore_subprocess(my_task, spec_name)
        inside.plant()
        return inside

    def restore_subprocess(self, my_task: Any, spec_name: str) -> Any:
        """The sub-process of a task, without a tree."""
        inside = SubWorkflow(self.subprocess_specs[spec_name], my_task.id, self, deserializing=True)
        self.subprocesses[my_task.id] = inside
        return inside


class SubWorkflow(_Flow, BpmnSubWorkflow):  # type: ignore[misc]
    """The tokens inside a sub-process."""


def flows(workflow: Any) -> Iterator[Any]:
    """The workflow and every sub-process of it that is still held."""
    yield workflow
    yield from list(workflow.subprocesses.values())


def find(workflow: Any, task_id: str) -> Any:
    """The task of this id, in whatever scope; None if it is no more."""
    return next((flow.tasks[task_id] for flow in flows(workflow) if task_id in flow.tasks), None)


def in_order(flow: Any) -> Iterator[Any]:
    """The tasks of a tree, parents first: the same order before saving and after loading."""
    tasks, stack = flow.tasks, [flow.task_tree]
    while stack:
        task = stack.pop()
        yield task
        stack.extend([tasks[child] for child in reversed(task._children)])


def in_state(flow: Any, states: int) -> list[Any]:
    """The tasks of a tree that are in one of the states, in the order of the tree."""
    found = [task for task in flow.tasks.values() if task._state & states]
    return found if len(found) < 2 else [task for task in in_order(flow) if task._state & states]


def runs(task: Any) -> list[Any]:
    """The runs of a repeated activity that have not ended."""
    return [child for child in task.children if LOCAL in child.internal_data and child._state & ACTIVE]


def waiting_beside(my_task: Any) -> list[Any]:
    """The other tokens that wait at the same join."""
    return [
        task
        for task in my_task.workflow.tasks.values()
        if task.task_spec is my_task.task_spec and task is not my_task and task._state == TaskState.WAITING
    ]


def nearest_beside(my_task: Any, wanted: Mapping[str, int]) -> list[Any]:
    """Of the tokens that wait at the same join so many as are wanted of each node before it.

    The nearest relatives of this one come first: those of one split meet again. Of as near ones the earliest.
    """
    line = {above.id: distance for distance, above in enumerate(ancestors(my_task))}

    def relation(arrival: Any) -> tuple[int, int]:
        return next(line[above.id] for above in ancestors(arrival) if above.id in line), arrival.last_state_change

    missing, found = dict(wanted), []
    for arrival in sorted(waiting_beside(my_task), key=relation):
        if missing.get(arrival.parent.task_spec.name, 0) > 0:
            missing[arrival.parent.task_spec.name] -= 1
            found.append(arrival)
    return found


def ancestors(task: Any) -> Iterator[Any]:
    """Parent, grandparent … up to the root of the tree."""
    while (task := task.parent) is not None:
        yield task


def cut(task: Any) -> None:
    """Take a task and all below it out of the tree."""
    task.parent._children.remove(task.id)
    uproot(task)


def uproot(task: Any) -> None:
    """Forget a task and all below it; its parent still names it."""
    flow, stack = task.workflow, [task.id]
    while stack:
        stack.extend(flow.tasks.pop(stack.pop())._children)
