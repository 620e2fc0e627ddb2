"""Fences around SpiffWorkflow's tree: what it leaves behind is swept away, finished rounds of loops are cut out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.util.task import TaskState

from engine.spiff.specs import EndJoin
from engine.spiff.workflow import ACTIVE, cut, find, flows, uproot


def sweep(workflow: Any) -> None:
    """Finished branches of boundary events and finished sub-processes: nobody comes back to them."""
    for flow in flows(workflow):
        if not flow.completed:
            _sweep_boundary_branches(flow)
    for task_id in [task_id for task_id, inside in workflow.subprocesses.items() if inside.completed]:
        holder = find(workflow, task_id)
        if holder is None or holder.has_state(TaskState.FINISHED_MASK):
            del workflow.subprocesses[task_id]


def compact(workflow: Any) -> None:
    """Cut finished rounds of loops out of the tree.

    It is a rule of correctness, not only of size: SpiffWorkflow silently loses tasks deeper than 1,000. Where all that
    lives below a task lives below a later one of the same element, what lies between them is a finished round.
    """
    for flow in flows(workflow):
        if not flow.completed:
            for line in list(_lines(flow)):
                while (found := _longest_round(line)) is not None:
                    first, last = found
                    _splice(line[first], line[last])
                    del line[first:last]


def _lines(flow: Any) -> Iterator[list[Any]]:
    """Finished tasks one below the other, between two forks of living tokens."""
    living: Counter[Any] = Counter()
    for task in [task for task in flow.tasks.values() if task._state & ACTIVE]:
        while task is not None:
            living[task.id] += 1
            task = task.parent
    heads = [flow.task_tree]
    while heads:
        line, below = [], [heads.pop()]
        while len(below) == 1 and below[0]._state == TaskState.COMPLETED:
            line.append(below[0])
            below = [child for child in below[0].children if living[child.id]]
        if len(below) > 1:
            heads.extend(below)
        yield line


def _longest_round(line: list[Any]) -> tuple[int, int] | None:
    """Positions of the two tasks of one element that lie farthest apart."""
    first: dict[str, int] = {}
    best: tuple[int, int] | None = None
    for position, task in enumerate(line):
        start = first.setdefault(task.task_spec.name, position)
        if position > start and (best is None or position - start > best[1] - best[0]):
            best = (start, position)
    return best


def _splice(first: Any, last: Any) -> None:
    """Put `last` in the place of `first`, which is above it; everything else below `first` goes."""
    parent = first.parent
    last.parent._children.remove(last.id)
    uproot(first)
    parent._children[parent._children.index(first.id)] = last.id
    last.parent = parent


def _sweep_boundary_branches(flow: Any) -> None:
    """What a non-interrupting event started, when nothing is left to do in it. Its data go with it."""
    for event in [task for task in flow.tasks.values() if isinstance(task.task_spec, BoundaryEventMixin)]:
        finished = event._state == TaskState.COMPLETED and not event.task_spec.cancel_activity
        if finished and event.id in flow.tasks and not _left_to_do(event):
            cut(event)


def _left_to_do(branch: Any) -> bool:
    return any(task._state & ACTIVE and not isinstance(task.task_spec, BoundaryEventJoin | EndJoin) for task in branch)
