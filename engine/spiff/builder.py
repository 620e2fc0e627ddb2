"""From a checked model to a specification: built once a definition version, shared by all instances and threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import EndEventParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    ConditionalGatewayParser,
    GatewayParser,
    ScriptTaskParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.definition.model import ProcessModel
from engine.spiff.specs import (
    ClocklessTimer,
    EndEvent,
    ExclusiveGateway,
    HostJoin,
    ParallelGateway,
    ProcessSpec,
    ScriptTask,
    ServiceTask,
    SubProcess,
)

ENTERED_WHEN_READY = frozenset({"userTask", "manualTask", "serviceTask", "scriptTask"})


class _ProcessParser(ProcessParser):  # type: ignore[misc]
    def create_spec(self) -> ProcessSpec:
        return ProcessSpec(name=self.bpmn_id, description=self.get_name())


class _Parser(BpmnParser):  # type: ignore[misc]
    PROCESS_PARSER_CLASS = _ProcessParser
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012
        full_tag("serviceTask"): (TaskParser, ServiceTask),
        full_tag("scriptTask"): (ScriptTaskParser, ScriptTask),
        full_tag("subProcess"): (SubWorkflowParser, SubProcess),
        full_tag("exclusiveGateway"): (ConditionalGatewayParser, ExclusiveGateway),
        full_tag("parallelGateway"): (GatewayParser, ParallelGateway),
        full_tag("endEvent"): (EndEventParser, EndEvent),
    }


@dataclass(frozen=True)
class Specification:
    """What SpiffWorkflow runs, and the model it was built from. Nothing in it belongs to an instance."""

    model: ProcessModel
    process: Any = field(repr=False)  # the root process's spec
    scopes: dict[str, Any] = field(repr=False)  # sub-process id -> its spec


def build(model: ProcessModel) -> Specification:
    """Parse the model's tree; the profile has refused before whatever SpiffWorkflow would run wrongly."""
    parser = _Parser()
    parser.add_bpmn_xml(model.tree)
    process = parser.get_spec(model.key)
    scopes = parser.get_subprocess_specs(model.key)
    for scope in (process, *scopes.values()):
        for task_spec in list(scope.task_specs.values()):
            if isinstance(task_spec, BoundaryEventJoin):
                HostJoin.in_place_of(task_spec, scope)
            _prepare(task_spec, model)
    return Specification(model, process, scopes)


def _prepare(task_spec: Any, model: ProcessModel) -> None:
    if isinstance(getattr(task_spec, "event_definition", None), TimerEventDefinition):
        task_spec.event_definition = ClocklessTimer()
    element = model.elements.get(task_spec.bpmn_id) if task_spec.bpmn_id else None
    if element is None:
        return
    task_spec.completed_event.connect(_completed)
    if element.kind in ENTERED_WHEN_READY:
        task_spec.ready_event.connect(_entered)


def _entered(workflow: Any, task: Any) -> None:
    workflow.script_engine.entered(task)


def _completed(workflow: Any, task: Any) -> None:
    workflow.script_engine.completed(task)
