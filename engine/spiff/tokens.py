"""What tokens carry: where branches come together, each brings what it changed since they parted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.util.task import TaskState

from engine.spiff.data import same
from engine.spiff.workflow import BODY, LOCAL, ancestors, runs

Data = dict[str, Any]


def data_now(flow: Any, *more: Any) -> Data:
    """The data of a running scope: what the tokens of its main line carry, and `more` tokens, put together.

    A branch that a non-interrupting boundary event started works on a copy: what it changes stays with it.
    """
    return gathered([*_main_line(flow), *more] or [flow.task_tree])


def carried(task: Any) -> Data:
    """What one token carries: a running sub-process or repeated activity, what its inside has come to so far."""
    if task.state != TaskState.STARTED:
        return dict(task.data)
    if BODY in task.internal_data:
        return with_runs(task, runs(task))
    inside = task.workflow.top_workflow.subprocesses.get(task.id)
    return dict(task.data) if inside is None else data_now(inside)


def changed(task: Any) -> int:
    """When what a token carries last changed; in a running sub-process or repeated activity, whatever is in it."""
    latest: int = task.last_state_change
    if task.state != TaskState.STARTED:
        return latest
    inside = task.workflow.top_workflow.subprocesses.get(task.id)
    parts = runs(task) if BODY in task.internal_data else [] if inside is None else _main_line(inside)
    return max([latest, *(changed(part) for part in parts)])


def with_runs(body: Any, some: Sequence[Any]) -> Data:
    """The data of a repeated activity with what some of its runs bring, but for the runs' own variables."""
    before = body.parent.data  # what all parallel runs began with; a sequential one began with the body's own
    found = dict(body.data)
    for run in sorted(some, key=changed):
        local, carries = run.internal_data[LOCAL], carried(run)
        brought = {name: value for name, value in carries.items() if name not in local}
        brought |= {name: found[name] for name in local.keys() & found.keys()}
        found = merge(before, [found, brought]) if body.task_spec.repeat.kind == "parallel" else brought
    return found


def beside(task: Any) -> bool:
    """Whether the token came out of a non-interrupting boundary event."""
    return any(
        isinstance(above.task_spec, BoundaryEventMixin) and not above.task_spec.cancel_activity
        for above in (task, *ancestors(task))
    )


def gathered(tokens: Iterable[Any]) -> Data:
    """The data of several tokens of one tree, merged at each fork from which their branches come."""
    ways: dict[Any, list[Any]] = {}
    root = None
    for token in tokens:
        below = root = token
        for above in ancestors(token):
            root = above
            known = ways.setdefault(above.id, [])
            if below in known:
                break
            known.append(below)
            below = above
    while root is not None and root.parent is not None:
        root = root.parent
    return _fold(root, ways)[1]


def merge(base: Mapping[str, Any], branches: Sequence[Mapping[str, Any]]) -> Data:
    """Three-way: what each branch changed since `base`. Where two changed the same value, the later branch wins.

    Objects are merged key by key, lists are values.
    """
    result = dict(base)
    for branch in branches:
        for key, value in branch.items():
            if key in base and same(base[key], value):
                continue
            present, before = result.get(key), base.get(key)
            if isinstance(value, dict) and isinstance(present, dict):
                value = merge(before if isinstance(before, dict) else {}, [present, value])
            result[key] = value
    return result


def _main_line(flow: Any) -> list[Any]:
    return [task for task in flow.tasks.values() if is_token(task) and not beside(task)]


def is_token(task: Any) -> bool:
    """Whether a token of the scope stands here. The runs of a repeated activity are parts of the token of its body."""
    if LOCAL in task.internal_data:
        return False
    if task.state == TaskState.WAITING:
        return not isinstance(task.task_spec, BoundaryEventMixin | BoundaryEventJoin)
    return bool(task.state & (TaskState.READY | TaskState.STARTED))


def _fold(task: Any, ways: Mapping[Any, list[Any]]) -> tuple[int, Data]:
    """Data below a task, and when it last changed."""
    while len(branches := ways.get(task.id, [])) == 1:
        task = branches[0]
    if not branches:
        return changed(task), carried(task)
    folded = sorted((_fold(branch, ways) for branch in branches), key=lambda found: found[0])
    return folded[-1][0], merge(task.data, [data for _, data in folded])
