"""Our classes in place of SpiffWorkflow's where the stock ones are wrong or reach for a clock or an interpreter."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.util.task import TaskState

FIRED = "event_fired"
FIRINGS = "firings"


class ClocklessTimer(EventDefinition):  # type: ignore[misc]
    """Answers only "fired or not". When it is due, the engine's Job knows; SpiffWorkflow never looks at a clock."""

    def has_fired(self, my_task: Any) -> bool:
        return bool(my_task.internal_data.get(FIRED, False))

    def catches(self, my_task: Any, event: Any) -> bool:
        return False


class ServiceTask(defaults.ServiceTask):  # type: ignore[misc]
    """Calls the registered service through the engine's behaviour; what it returns is set at once."""

    def _execute(self, task: Any) -> bool:
        task.workflow.script_engine.call_service(task)
        return True


class ScriptTask(defaults.ScriptTask):  # type: ignore[misc]
    """Runs lines of the expression language."""

    def _execute(self, task: Any) -> bool:
        task.workflow.script_engine.execute(task, self.script)
        return True


class SubProcess(defaults.SubWorkflowTask):  # type: ignore[misc]
    """Says that it has been entered before its inside begins to run."""

    def start_workflow(self, my_task: Any) -> None:
        my_task.workflow.script_engine.entered(my_task)
        super().start_workflow(my_task)


class ParallelGateway(defaults.ParallelGateway):  # type: ignore[misc]
    """Fires when each incoming flow has brought a token in this round.

    The stock join counts arrivals of earlier rounds of a drawn loop and then fires on the first arrival. A round ends
    when the join fires: arrivals of one round have the same last firing above them.
    """

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        this_round = firing_above(my_task)
        arrived = {
            task.parent.task_spec.name
            for task in my_task.workflow.tasks.values()
            if task.task_spec is self
            and (
                task is my_task
                or task.has_state(TaskState.WAITING | TaskState.CANCELLED)
            )
            and task.parent.state == TaskState.COMPLETED
            and firing_above(task) == this_round
        }
        return arrived >= set(self._inputs)


def firing_above(join: Any) -> Any:
    """The id of the last firing of the same join above an arrival; None in the first round."""
    task = join.parent
    while task is not None:
        if task.task_spec is join.task_spec and task.state == TaskState.COMPLETED:
            return task.id
        task = task.parent
    return None
