"""Our classes in place of SpiffWorkflow's where the stock ones are wrong or reach for a clock or an interpreter."""

from __future__ import annotations

from collections import Counter
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BpmnStartTask, _EndJoin
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from engine.spiff.errors import NoConditionHolds
from engine.spiff.tokens import beside, gathered
from engine.spiff.workflow import START, cut, nearest_beside, waiting_beside


class ServiceTask(defaults.ServiceTask):  # type: ignore[misc]
    """Calls the registered service through the engine's behaviour; what it returns is set at once.

    Where the call happens outside, the token waits here as started.
    """

    def _execute(self, task: Any) -> bool | None:
        done: bool = task.workflow.script_engine.call_service(task)
        return True if done else None


class SendTask(defaults.ServiceTask):  # type: ignore[misc]
    """Hands its message to the engine, or calls the service that sends it."""

    def _execute(self, task: Any) -> bool | None:
        done: bool = task.workflow.script_engine.throw(task)
        return True if done else None


class DecisionTask(defaults.ServiceTask):  # type: ignore[misc]
    """Asks the decision, or the service that stands for it."""

    def _execute(self, task: Any) -> bool | None:
        done: bool = task.workflow.script_engine.decide(task)
        return True if done else None


class CallActivity(defaults.ServiceTask):  # type: ignore[misc]
    """Begins a case of its own, and waits until the engine says that it has ended."""

    def _execute(self, task: Any) -> None:
        task.workflow.script_engine.call(task)


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


class ExclusiveGateway(defaults.ExclusiveGateway):  # type: ignore[misc]
    """Says in our words that there is no way on."""

    def _run_hook(self, my_task: Any) -> Any:
        try:
            return super()._run_hook(my_task)
        except WorkflowException as error:
            element = my_task.workflow.script_engine.element(my_task)
            raise NoConditionHolds(element=element.name or element.id) from error


class ParallelGateway(defaults.ParallelGateway):  # type: ignore[misc]
    """Fires when each incoming flow has brought a token, and takes exactly one from each.

    The stock join forgets nothing: arrivals of an earlier round of a drawn loop let it fire on the first arrival of
    the next, and the data of whoever comes last replace what the others changed.
    """

    def _update_hook(self, my_task: Any) -> bool:
        my_task._inherit_data()
        my_task._set_state(TaskState.WAITING)
        partners = self._partners(my_task)
        if partners is None:
            return False
        my_task.data = gathered([*partners, my_task])
        for partner in partners:
            cut(partner)
        return True

    def _run_hook(self, my_task: Any) -> bool:
        return True

    def _partners(self, my_task: Any) -> list[Any] | None:
        """A waiting arrival for each other incoming flow; None: one is missing."""
        wanted: Counter[str] = Counter(self._inputs)
        wanted[my_task.parent.task_spec.name] -= 1
        partners = nearest_beside(my_task, wanted)
        return partners if len(partners) == wanted.total() else None


class HostJoin(BoundaryEventJoin):  # type: ignore[misc]
    """Where an activity and the events on its border meet: it ends the events' waiting when the activity is done.

    Where a branch leads back to its own activity, the stock one also ends the joins of the later entry, whose events
    then wait for ever.
    """

    def _find_tasks(self, my_task: Any) -> list[Any]:
        ways = my_task.parent.parent.children
        return [join for way in ways for join in way.children if join.task_spec is self]


class EndJoin(_EndJoin):  # type: ignore[misc]
    """Where all tokens of a scope end. It lets the scope end when nothing else is left in it."""

    def _update_hook(self, my_task: Any) -> bool:
        my_task._inherit_data()
        my_task._set_state(TaskState.WAITING)
        if any(self._keeps_open(task) for task in my_task.workflow.tasks.values()):
            return False
        others = waiting_beside(my_task)
        ended = [*others, my_task]
        my_task.data = gathered([task for task in ended if not beside(task)] or ended)
        for other in others:
            cut(other)
        return True

    def _run_hook(self, my_task: Any) -> bool:
        return True

    def _keeps_open(self, task: Any) -> bool:
        if not task._state & TaskState.NOT_FINISHED_MASK:
            return False
        return task.task_spec is not self and task.task_spec.name not in self._outputs


class Start(BpmnStartTask):  # type: ignore[misc]
    """The root of a scope's tree. It goes on at the start event that was chosen, where there are several."""

    def _run_hook(self, my_task: Any) -> Any:
        chosen = my_task.internal_data.pop(START, None)
        for child in my_task.children:
            if chosen is not None and child.task_spec.name != chosen:
                cut(child)
        return super()._run_hook(my_task)


class ProcessSpec(BpmnProcessSpec):  # type: ignore[misc]
    """The drawing of a scope, with our root and our end join."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        del self.task_specs["Start"]
        self.start: Any = Start(self, "Start")
        stock = self.task_specs.pop(f"{self.name}.EndJoin")
        self.end = EndJoin(self, stock.name)
        self.end.outputs = stock.outputs
