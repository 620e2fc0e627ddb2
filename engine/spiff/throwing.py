"""Events that throw: what they throw is handed to the engine, or strikes the activities around them."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition

from engine.spiff.raising import settle
from engine.spiff.tokens import data_now


class ThrowEvent(defaults.IntermediateThrowEvent):  # type: ignore[misc]
    """Throws, and goes on: at once, or when a service outside has answered."""

    def _run_hook(self, my_task: Any) -> bool | None:
        return _throw(my_task)


class EndEvent(defaults.EndEvent):  # type: ignore[misc]
    """Throws what it is drawn to throw. A terminate end keeps what the branches that it ends had come to."""

    def _run_hook(self, my_task: Any) -> bool | None:
        return _throw(my_task)

    def _on_complete_hook(self, my_task: Any) -> None:
        if isinstance(self.event_definition, TerminateEventDefinition):
            my_task.data = data_now(my_task.workflow, my_task)
        super()._on_complete_hook(my_task)


def _throw(my_task: Any) -> bool | None:
    """What was raised strikes before the token goes on: it may go with it.

    None: it waits, for a service outside, or for what a caller makes of an escalation.
    """
    script_engine = my_task.workflow.script_engine
    done = script_engine.throw(my_task)
    settle(my_task.workflow.top_workflow)
    asked = any(raised.thrower == my_task.id for raised in script_engine.left)
    return True if done and not asked else None
