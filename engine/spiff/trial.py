"""A bounded trial start in memory before publishing: prediction explodes on some drawings that look harmless."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin, ExclusiveGatewayMixin
from SpiffWorkflow.util.task import TaskState

from engine.definition.model import ProcessModel
from engine.spiff.builder import build
from engine.spiff.errors import ExecutionLimit
from engine.spiff.inclusive import InclusiveGateway
from engine.spiff.workflow import Token, Workflow

MAX_PREDICTED = 2_000
MAX_AHEAD = 450  # levels: SpiffWorkflow descends one by one, and a case also runs below a web server's own calls


class _BoundedTasks(dict[str, Any]):
    """The tasks of a flow; one too many ends the prediction while it grows."""

    def __setitem__(self, task_id: str, task: Any) -> None:
        if len(self) >= MAX_PREDICTED:
            raise ExecutionLimit(limit=MAX_PREDICTED, what="个预测节点 / predicted tasks")
        super().__setitem__(task_id, task)


def trial_start(model: ProcessModel) -> None:
    """Build the model and predict from every place where a running case will. Runs nothing. Raises ExecutionLimit."""
    specification = build(model)
    for scope in (specification.process, *specification.scopes.values()):
        for names in dict.fromkeys(_beginnings(scope)):
            flow = Workflow(scope, specification.scopes, script_engine=model)
            flow.tasks = _BoundedTasks()
            for name in names:
                _predict(flow, scope.task_specs[name])
            if _levels(flow) > MAX_AHEAD:
                raise ExecutionLimit(limit=MAX_AHEAD, what="层预测 / levels ahead")


def _predict(flow: Any, task_spec: Any) -> None:
    try:
        task_spec._predict(Token(flow, task_spec, state=TaskState.FUTURE), mask=TaskState.NOT_FINISHED_MASK)
    except RecursionError as error:  # a circle of parallel gateways
        raise ExecutionLimit(limit=MAX_PREDICTED, what="个预测节点 / predicted tasks") from error


def _levels(flow: Any) -> int:
    """How deep the tasks of a flow lie; parents come before their children."""
    depths: dict[Any, int] = {}
    for task in flow.tasks.values():
        depths[task.id] = depths.get(task._parent, 0) + 1
    return max(depths.values())


def _beginnings(scope: Any) -> Iterator[tuple[str, ...]]:
    """The start, and what follows a choice or an event: predictions end there and begin anew when it is taken.

    An inclusive gateway may take all its ways at once.
    """
    yield (scope.start.name,)
    for task_spec in scope.task_specs.values():
        if isinstance(task_spec, InclusiveGateway):
            yield tuple(task_spec._outputs)
        elif isinstance(task_spec, ExclusiveGatewayMixin | BoundaryEventMixin):
            yield from ((name,) for name in task_spec._outputs)
