"""An execution as bytes and back: flat rows, data as deltas against the parent, JSON only, the drawing never stored."""

from __future__ import annotations

from copy import copy
from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.builder import Specification
from engine.spiff.errors import UnknownStateFormat
from engine.spiff.script_engine import ScriptEngine

FORMAT = 1
"""[format, rows, attributes, [[parent task id, scope, rows, attributes], …]]. Every landed format loads for ever.

Rows stand parents first: [id, parent's row or -1, name in the drawing, state, last change (s), triggered,
then, where there is any: internal data, changed data, removed keys].
"""

Row = list[Any]


def dumps(workflow: Any) -> bytes:
    """The state of a workflow whose data are JSON values. The same state gives the same bytes."""
    scopes = []
    for parent_id, inside in workflow.subprocesses.items():
        parent = workflow.get_task_from_id(parent_id)
        rows, positions = _rows(inside, parent.data)
        scopes.append(
            [parent_id.hex, inside.spec.name, rows, _attributes(inside, positions)]
        )
    rows, positions = _rows(workflow, {})
    return orjson.dumps([FORMAT, rows, _attributes(workflow, positions), scopes])


def loads(
    state: bytes, specification: Specification, script_engine: ScriptEngine
) -> Any:
    """The workflow as it was saved. Raises UnknownStateFormat."""
    format_, rows, attributes, scopes = orjson.loads(state)
    if format_ != FORMAT:
        raise UnknownStateFormat(format=format_)
    workflow = BpmnWorkflow(
        specification.process,
        specification.scopes,
        script_engine=script_engine,
        deserializing=True,
    )
    everything = _restore(workflow, rows, {}, attributes)
    for parent_hex, scope, inner_rows, inner_attributes in scopes:
        parent = everything[UUID(hex=parent_hex)]
        inside = _scope(workflow, parent, specification.scopes[scope])
        everything |= _restore(inside, inner_rows, parent.data, inner_attributes)
    return workflow


def _rows(flow: Any, base: dict[str, Any]) -> tuple[list[Row], dict[UUID, int]]:
    rows: list[Row] = []
    positions: dict[UUID, int] = {}
    stack: list[tuple[Any, int, dict[str, Any]]] = [(flow.task_tree, -1, base)]
    while stack:
        task, parent_row, inherited = stack.pop()
        positions[task.id] = len(rows)
        row: Row = [
            task.id.hex,
            parent_row,
            task.task_spec.name,
            task.state,
            round(task.last_state_change, 6),
            int(task.triggered),
        ]
        changed, removed = _delta(inherited, task.data)
        if task.internal_data or changed or removed:
            row += [task.internal_data or None, changed or None, removed or None]
        rows.append(row)
        here = positions[task.id]
        stack.extend((child, here, task.data) for child in reversed(task.children))
    return rows, positions


def _attributes(flow: Any, positions: dict[UUID, int]) -> list[Any]:
    last = positions.get(flow.last_task.id, -1) if flow.last_task is not None else -1
    return [flow.data, last, flow.success, flow.completed]


def _restore(
    flow: Any, rows: list[Row], base: dict[str, Any], attributes: list[Any]
) -> dict[UUID, Any]:
    flow.tasks = {}
    tasks: list[Any] = []
    waiting = flow.top_workflow.event_manager
    for row in rows:
        task = _task(flow, row)
        parent = tasks[row[1]] if row[1] >= 0 else None
        task._parent = parent.id if parent is not None else None
        if parent is not None:
            parent._children.append(task.id)
        internal, changed, removed = row[6:9] if len(row) > 6 else (None, None, None)
        task.internal_data = internal or {}
        task.data = _apply(
            parent.data if parent is not None else base, changed, removed
        )
        flow.tasks[task.id] = task
        tasks.append(task)
        if task.state == TaskState.WAITING and isinstance(
            task.task_spec, CatchingEvent
        ):
            waiting.add_task(task)
    data, last, success, completed = attributes
    flow.task_tree, flow.data, flow.success, flow.completed = (
        tasks[0],
        data,
        success,
        completed,
    )
    flow.last_task = tasks[last] if last >= 0 else None
    return dict(flow.tasks)


def _task(flow: Any, row: Row) -> Any:
    task: Any = Task.__new__(Task)
    task.id = UUID(hex=row[0])
    task.workflow = flow
    task.task_spec = flow.spec.task_specs[row[2]]
    task._state = row[3]
    task.last_state_change = row[4]
    task.triggered = bool(row[5])
    task.thread_id = 0
    task._children = []
    return task


def _scope(workflow: Any, parent: Any, spec: Any) -> Any:
    inside: Any = BpmnSubWorkflow.__new__(BpmnSubWorkflow)
    inside.parent_task_id = parent.id
    inside.top_workflow = workflow
    inside.correlations = {}
    inside.depth = parent.workflow.depth + 1
    BpmnBaseWorkflow.__init__(inside, spec, deserializing=True)
    workflow.subprocesses[parent.id] = inside
    inside.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
    return inside


def _delta(
    base: dict[str, Any], data: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    changed = {
        k: v
        for k, v in data.items()
        if k not in base or (base[k] is not v and not _same(base[k], v))
    }
    return changed, sorted(k for k in base if k not in data)


def _same(a: Any, b: Any) -> bool:
    """Equal as JSON: 1, 1.0 and true are equal in Python, not in what is saved."""
    if type(a) is not type(b) or a != b:
        return False
    if isinstance(a, dict | list):
        return orjson.dumps(a, option=orjson.OPT_SORT_KEYS) == orjson.dumps(
            b, option=orjson.OPT_SORT_KEYS
        )
    return True


def _apply(
    base: dict[str, Any], changed: dict[str, Any] | None, removed: list[str] | None
) -> dict[str, Any]:
    data = {k: (copy(v) if isinstance(v, dict | list) else v) for k, v in base.items()}
    data.update(changed or {})
    for key in removed or ():
        data.pop(key, None)
    return data
