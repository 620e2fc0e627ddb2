"""An execution as bytes and back: flat rows, data as deltas against the parent, JSON only, the drawing never stored."""

from __future__ import annotations

from itertools import count
from typing import Any

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.util.task import TaskState

from engine.spiff.builder import Specification
from engine.spiff.data import same
from engine.spiff.errors import UnknownStateFormat
from engine.spiff.script_engine import ScriptEngine
from engine.spiff.workflow import ACTIVE, Token, Workflow, flows, in_order, new_id

FORMAT = 1
"""[format, ended, rows, [[parent task id, scope, rows], …]]. Every landed format loads for ever.

Rows stand parents first: [parent's row or -1, name in the drawing, state, order of change, id, internal data,
changed data, removed keys]; what is null at the end is left out. Order, id and internal data are kept for living
tasks only.
"""

Row = list[Any]
_PREDICTED = TaskState.PREDICTED_MASK | TaskState.FUTURE  # these carry no data yet
_WIDTH = 8


def dumps(workflow: Any) -> bytes:
    """The state of a workflow whose data are JSON values. The same state gives the same bytes."""
    living = [task for flow in flows(workflow) for task in flow.tasks.values() if task._state & ACTIVE]
    living.sort(key=lambda task: task.last_state_change)
    order = {task.id: number for number, task in enumerate(living, 1)}
    scopes = [
        [parent_id, inside.spec.name, _rows(inside, workflow.get_task_from_id(parent_id).data, order)]
        for parent_id, inside in workflow.subprocesses.items()
    ]
    return orjson.dumps([FORMAT, workflow.completed, _rows(workflow, {}, order), scopes])


def loads(state: bytes, specification: Specification, script_engine: ScriptEngine) -> Any:
    """The workflow as it was saved. Raises UnknownStateFormat."""
    saved = _parsed(state)
    _, ended, rows, scopes = saved
    workflow = Workflow(specification.process, specification.scopes, script_engine)
    everything = _restore(workflow, rows, {})
    workflow.completed = ended
    for parent_id, scope, inner_rows in scopes:
        parent = everything[parent_id]
        inside = workflow.restore_subprocess(parent, scope)
        inside.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
        everything |= _restore(inside, inner_rows, parent.data)
    workflow.changes = count(1 + max((task.last_state_change for task in everything.values()), default=0))
    return workflow


def _parsed(state: bytes) -> list[Any]:
    try:
        saved = orjson.loads(state)
    except orjson.JSONDecodeError as error:
        raise UnknownStateFormat(format="?") from error
    found = saved[0] if isinstance(saved, list) and saved else "?"
    if found != FORMAT:
        raise UnknownStateFormat(format=found)
    return list(saved)


def _rows(flow: Any, base: dict[str, Any], order: dict[str, int]) -> list[Row]:
    rows: list[Row] = []
    positions: dict[str | None, int] = {None: -1}
    for task in in_order(flow):
        positions[task.id] = len(rows)
        number = order.get(task.id)
        row: Row = [positions[task._parent], task.task_spec.name, task._state]
        row += [number, task.id, task.internal_data or None] if number else [None, None, None]
        if not task._state & _PREDICTED:
            row += _delta(flow.tasks[task._parent].data if task._parent else base, task.data)
        while row[-1] is None:
            row.pop()
        rows.append(row)
    return rows


def _restore(flow: Any, rows: list[Row], base: dict[str, Any]) -> dict[str, Any]:
    tasks: list[Any] = []
    subscriptions = flow.top_workflow.event_manager
    for row in rows:
        position, name, state, number, identity, internal, changed, removed = row + [None] * (_WIDTH - len(row))
        parent = tasks[position] if position >= 0 else None
        task = _task(flow, identity, name, state)
        task.last_state_change = number or 0
        task.internal_data = internal or {}
        if parent is not None:
            task._parent = parent.id
            parent._children.append(task.id)
        if not state & _PREDICTED:
            task.data = _apply(parent.data if parent is not None else base, changed, removed)
        flow.tasks[task.id] = task
        tasks.append(task)
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            subscriptions.add_task(task)
    flow.task_tree = tasks[0]
    return dict(flow.tasks)


def _task(flow: Any, identity: str | None, name: str, state: int) -> Any:
    """A task as it stands, without the constructor, which would announce it to its parent."""
    task: Any = Token.__new__(Token)
    task.id = identity or new_id()
    task.workflow = flow
    task.task_spec = flow.spec.task_specs[name]
    task._state = state
    task._parent = None
    task._children = []
    task.triggered = False
    task.thread_id = 0
    task.data = {}
    return task


def _delta(base: dict[str, Any], data: dict[str, Any]) -> tuple[dict[str, Any] | None, list[str] | None]:
    changed = {key: data[key] for key in sorted(data) if key not in base or not same(base[key], data[key])}
    return changed or None, sorted(base.keys() - data.keys()) or None


def _apply(base: dict[str, Any], changed: dict[str, Any] | None, removed: list[str] | None) -> dict[str, Any]:
    data = {**base, **(changed or {})}
    for key in removed or ():
        data.pop(key, None)
    return data
