"""The inclusive gateway: takes every way whose condition holds, and waits for every token that may still come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.util.task import TaskState

from engine.spiff.errors import NoConditionHolds
from engine.spiff.tokens import gathered, is_token
from engine.spiff.workflow import cut, nearest_beside, waiting_beside


class InclusiveGateway(defaults.InclusiveGateway):  # type: ignore[misc]
    """Waits as BPMN 2.0 says: for each token from which an empty incoming flow can be reached, and no filled one.

    Then it takes one token of each filled flow; what else waits on them is the next round's.
    The stock join forgets nothing and counts arrivals of an earlier round of a drawn loop.
    """

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._reached: dict[str, frozenset[str]] = {}

    def _update_hook(self, my_task: Any) -> bool:
        my_task._inherit_data()
        my_task._set_state(TaskState.WAITING)
        filled = {arrival.parent.task_spec.name for arrival in (my_task, *waiting_beside(my_task))}
        if any(self._may_come(task, filled) for task in my_task.workflow.tasks.values()):
            return False
        wanted: Counter[str] = Counter(self._inputs)
        wanted[my_task.parent.task_spec.name] -= 1
        partners = nearest_beside(my_task, wanted)
        my_task.data = gathered([*partners, my_task])
        for partner in partners:
            cut(partner)
        return True

    def _run_hook(self, my_task: Any) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            element = my_task.workflow.script_engine.element(my_task)
            raise NoConditionHolds(element=element.name or element.id)
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True

    def _may_come(self, task: Any, filled: Set[str]) -> bool:
        if task.task_spec is self:
            return _is_next(task)
        if not (is_token(task) or _is_next(task) or _may_happen(task)):
            return False
        reached = self._reach(task.task_spec)
        return bool(reached & (set(self._inputs) - filled)) and not reached & filled

    def _reach(self, task_spec: Any) -> frozenset[str]:
        """The names of all that follows a node, itself included, without going through this gateway."""
        if task_spec.name not in self._reached:
            found, ahead = {task_spec.name}, [task_spec]
            while ahead:
                fresh = [one for one in ahead.pop().outputs if one is not self and one.name not in found]
                found |= {one.name for one in fresh}
                ahead.extend(fresh)
            self._reached[task_spec.name] = frozenset(found)
        return self._reached[task_spec.name]


def _may_happen(task: Any) -> bool:
    """An event that waits on the border of an activity may send a token of its own."""
    return bool(task.state == TaskState.WAITING and isinstance(task.task_spec, BoundaryEventMixin))


def _is_next(task: Any) -> bool:
    """A token that has left its node in this very step and has not been told so yet."""
    return bool(task.state == TaskState.FUTURE and task.parent is not None and task.parent.state == TaskState.COMPLETED)
