"""Events that wait: they are told that they have happened."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin, BpmnSpecMixin

from engine.definition.model import ElementModel
from engine.spiff.tokens import Data, carried
from engine.spiff.workflow import cut

FIRED = "event_fired"
FIRINGS = "firings"
ONCE_MORE = frozenset({"message", "signal", "escalation"})  # a non-interrupting one may happen again


class ToldEvent(EventDefinition):  # type: ignore[misc]
    """Answers only "fired or not". That it has happened, the engine says; SpiffWorkflow never looks at a clock."""

    def has_fired(self, my_task: Any) -> bool:
        return bool(my_task.internal_data.get(FIRED, False))

    def catches(self, my_task: Any, event: Any) -> bool:
        return False

    def reset(self, my_task: Any) -> None:
        """The stock one also touches the waits of later rounds. Each wait is a task of its own and happens once."""


class ReceiveTask(defaults.ReceiveTask):  # type: ignore[misc]
    """Says that it has been entered when it begins to wait."""

    def _update_hook(self, my_task: Any) -> Any:
        if FIRED not in my_task.internal_data:
            my_task.internal_data[FIRED] = False
            my_task._inherit_data()
            my_task.workflow.script_engine.entered(my_task)
        return super()._update_hook(my_task)


class EventGateway(BpmnSpecMixin):  # type: ignore[misc]
    """Lets the events behind it wait; the first to happen takes the others away."""


def strike(task: Any, element: ElementModel, variables: Data) -> None:
    """Let a waiting event happen. A repeating one waits on beside the branch it starts.

    The branch sees what the host has come to so far, also when the host is a sub-process, and the event's variables.
    """
    data = {**carried(host(task)), **variables}
    if waits_again(element):
        _wait_again(task)
    if isinstance(task.parent.task_spec, EventGateway):
        for other in [one for one in task.parent.children if one is not task]:
            other.cancel()
            cut(other)
    task.internal_data[FIRED] = True
    task.task_spec._update(task)
    task.data = data


def waits_again(element: ElementModel) -> bool:
    """Whether the event may happen more than once while its host is running."""
    if element.kind != "boundaryEvent" or element.interrupting:
        return False
    return element.trigger in ONCE_MORE or (element.timer is not None and element.timer.repeats)


def host(event: Any) -> Any:
    """The activity on whose border the event waits; any other event carries its own token."""
    if not isinstance(event.task_spec, BoundaryEventMixin):
        return event
    return next(task for task in event.parent.children if not isinstance(task.task_spec, BoundaryEventMixin))


def _wait_again(task: Any) -> None:
    """A new waiting task of the same event beside the one that fires, so that the fired branch is the event's own.

    A branch hung below a timer that still waits would vanish with the timer when its host completes.
    """
    again = task.parent._add_child(task.task_spec)
    again.internal_data[FIRINGS] = task.internal_data.get(FIRINGS, 0) + 1
    again.task_spec._update(again)
