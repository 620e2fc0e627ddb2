"""Errors and escalations: from where they are raised outwards, to the nearest activity whose border catches them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import ThrowingEvent
from SpiffWorkflow.util.task import TaskState

from engine.definition.model import ElementModel
from engine.spiff.events import strike
from engine.spiff.repeating import Repeated

RaisedKind = Literal["error", "escalation"]


@dataclass(frozen=True)
class Raised:
    """An error or escalation on its way outwards."""

    kind: RaisedKind
    code: str | None
    words: str = ""
    cause: Exception | None = None  # the refusal of a service, raised when nobody catches it
    thrower: str | None = None  # the token that waits until it is known whether the case goes on


def settle(workflow: Any) -> None:
    """Deliver what the last step raised. An error that nobody here catches ends the whole execution.

    Of an escalation it is for the engine to say whether a caller catches it, and then whether the thrower goes on.
    """
    script_engine = workflow.script_engine
    while script_engine.raised:
        task, raised = script_engine.raised.pop(0)
        event = _catching(task, raised)
        if event is not None:
            _strike(event, raised)
        elif raised.kind == "error":
            workflow.cancel()
            script_engine.leave(raised)
        elif isinstance(task.task_spec, ThrowingEvent):
            script_engine.leave(replace(raised, thrower=task.id))
        else:
            script_engine.leave(raised)


def _catching(task: Any, raised: Raised) -> Any:
    """The waiting boundary event that catches it: the nearest, and there the one that names the code."""
    for activity in _activities(task):
        if not isinstance(activity.parent.task_spec, BoundaryEventSplit):
            continue
        found = [event for event in activity.parent.children if _catches(event, raised)]
        if found:
            return max(found, key=lambda event: _element(event).event_name is not None)
    return None


def _activities(task: Any) -> Iterator[Any]:
    """The activities around a task, innermost first; a task that is an activity itself is the first of them."""
    while task is not None:
        if task.parent is not None and isinstance(task.parent.task_spec, Repeated):
            task = task.parent
        if task.parent is not None:
            yield task
        parent_id = task.workflow.parent_task_id
        task = task.workflow.top_workflow.get_task_from_id(parent_id) if parent_id is not None else None


def _catches(event: Any, raised: Raised) -> bool:
    if not isinstance(event.task_spec, BoundaryEventMixin) or event.state != TaskState.WAITING:
        return False
    element = _element(event)
    return element.trigger == raised.kind and element.event_name in (None, raised.code)


def _strike(event: Any, raised: Raised) -> None:
    """An interrupting one runs at once: nothing more happens inside what it ends."""
    element = _element(event)
    variables: dict[str, Any] = {}
    if element.code_variable:
        variables[element.code_variable] = raised.code
    if element.message_variable:
        variables[element.message_variable] = raised.words
    strike(event, element, variables)
    if element.interrupting:
        event.run()


def _element(task: Any) -> ElementModel:
    element: ElementModel = task.workflow.script_engine.element(task)
    return element
