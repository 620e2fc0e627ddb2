"""Fences around SpiffWorkflow's task tree: leftovers are swept away, finished rounds of loops are cut out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState

from engine.spiff.specs import firing_above

ACTIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


def flows(workflow: Any) -> Iterator[Any]:
    """The workflow and every sub-process of it that is still held."""
    yield workflow
    yield from list(workflow.subprocesses.values())


def sweep(workflow: Any) -> None:
    """After each command: consumed arrivals at joins, finished branches of boundary events, finished sub-processes."""
    for flow in flows(workflow):
        if not flow.completed:
            _sweep_joins(flow)
            _sweep_boundary_branches(flow)
    for task_id, inside in list(workflow.subprocesses.items()):
        if inside.completed and workflow.get_task_from_id(task_id).has_state(
            TaskState.FINISHED_MASK
        ):
            del workflow.subprocesses[task_id]
    _purge(workflow)


def compact(workflow: Any) -> int:
    """Cut finished rounds of loops out of the tree; the number of tasks removed.

    It is a rule of correctness, not only of size: SpiffWorkflow silently loses tasks deeper than 1,000. Where every
    living token hangs below two tasks of the same element, what lies between them is a finished round.
    """
    removed = 0
    for flow in flows(workflow):
        if not flow.completed:
            removed += _cut_rounds(flow)
    if removed:
        _purge(workflow)
    return removed


def _cut_rounds(flow: Any) -> int:
    spine = _spine(flow)
    first: dict[str, int] = {}
    best: tuple[int, int] | None = None
    for position, task in enumerate(spine):
        if task.triggered or task.parent is None:
            continue
        start = first.setdefault(task.task_spec.name, position)
        if position > start and (best is None or position - start > best[1] - best[0]):
            best = (start, position)
    return _splice(flow, spine[best[0]], spine[best[1]]) if best else 0


def _spine(flow: Any) -> list[Any]:
    """From the root down, the finished tasks below which every living task stands."""
    living = [task for task in flow.tasks.values() if task.state & ACTIVE]
    below: Counter[Any] = Counter()
    for task in living:
        while task is not None:
            below[task.id] += 1
            task = task.parent
    spine, task = [], flow.task_tree if living else None
    while (
        task is not None
        and below[task.id] == len(living)
        and task.state == TaskState.COMPLETED
    ):
        spine.append(task)
        task = next(
            (child for child in task.children if below[child.id] == len(living)), None
        )
    return spine


def _splice(flow: Any, first: Any, last: Any) -> int:
    """Put `last` in the place of `first`, which is above it; everything else below `first` goes."""
    before = len(flow.tasks)
    parent = first.parent
    last.parent._children.remove(last.id)
    _cut(first, keep_link=True)
    parent._children[parent._children.index(first.id)] = last.id
    last.parent = parent
    if flow.last_task is not None and flow.last_task.id not in flow.tasks:
        flow.last_task = last
    return before - len(flow.tasks)


def _sweep_joins(flow: Any) -> None:
    joins = [
        task
        for task in flow.tasks.values()
        if isinstance(task.task_spec, UnstructuredJoin)
    ]
    fired = {
        (j.task_spec.name, firing_above(j))
        for j in joins
        if j.state == TaskState.COMPLETED
    }
    for join in joins if fired else ():
        if (
            join.state == TaskState.CANCELLED
            and (join.task_spec.name, firing_above(join)) in fired
        ):
            _cut(join)


def _sweep_boundary_branches(flow: Any) -> None:
    """A fired non-interrupting branch in which nothing is left to do, beside a host that goes on."""
    for split in [
        task
        for task in flow.tasks.values()
        if isinstance(task.task_spec, BoundaryEventSplit)
    ]:
        host = next(
            (
                c
                for c in split.children
                if not isinstance(c.task_spec, BoundaryEventMixin)
            ),
            None,
        )
        if host is None or host.has_state(TaskState.FINISHED_MASK):
            continue
        for event in split.children:
            if (
                event is not host
                and event.state == TaskState.COMPLETED
                and not _left_to_do(event)
            ):
                _cut(event)


def _left_to_do(branch: Any) -> bool:
    arrivals = (BoundaryEventJoin, UnstructuredJoin)
    return any(
        task.state & ACTIVE and not isinstance(task.task_spec, arrivals)
        for task in branch
    )


def _cut(task: Any, *, keep_link: bool = False) -> None:
    flow, stack = task.workflow, [task.id]
    if not keep_link:
        task.parent._children.remove(task.id)
    while stack:
        stack.extend(flow.tasks.pop(stack.pop())._children)


def _purge(workflow: Any) -> None:
    """Forget sub-processes and subscriptions of tasks that are no more."""
    known, size = set(workflow.tasks), -1
    while size != len(known):
        size = len(known)
        for parent, inside in workflow.subprocesses.items():
            if parent in known:
                known.update(inside.tasks)
    for parent in [
        task_id for task_id in workflow.subprocesses if task_id not in known
    ]:
        del workflow.subprocesses[parent]
    waiting = workflow.event_manager.tasks
    for task_id in [
        i
        for i, task in waiting.items()
        if i not in known or task.state != TaskState.WAITING
    ]:
        del waiting[task_id]
    for flow in flows(workflow):
        if flow.last_task is not None and flow.last_task.id not in flow.tasks:
            flow.last_task = flow.task_tree
