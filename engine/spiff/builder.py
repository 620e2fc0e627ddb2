"""From a checked model to a specification: built once a definition version, shared by all instances and threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import EventDefinitionParser
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
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent, StartEvent
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition

from engine.definition.model import ProcessModel
from engine.definition.vocabulary import TASKS
from engine.spiff.events import EndEvent, EventGateway, ReceiveTask, ThrowEvent, ToldEvent
from engine.spiff.inclusive import InclusiveGateway
from engine.spiff.repeating import Repeated
from engine.spiff.specs import (
    CallActivity,
    DecisionTask,
    ExclusiveGateway,
    HostJoin,
    ParallelGateway,
    ProcessSpec,
    ScriptTask,
    SendTask,
    ServiceTask,
    SubProcess,
)

ENTERED_WHEN_READY = TASKS - {"receiveTask"} | {"callActivity"}  # it has begun when the token may go on


class _ProcessParser(ProcessParser):  # type: ignore[misc]
    def create_spec(self) -> ProcessSpec:
        return ProcessSpec(name=self.bpmn_id, description=self.get_name())

    def add_tasks(self) -> None:
        """Every start event is a way from the root; which one is taken is said when a case begins."""
        for node in self.xpath("./bpmn:startEvent"):
            self.parse_node(node)


class _StartParser(EventDefinitionParser):  # type: ignore[misc]
    def create_task(self) -> Any:
        """What starts a case is the engine's to wait for; inside, every start event is a plain one."""
        task = self._create_task(NoneEventDefinition())
        self.spec.start.connect(task)
        return task


class _EventParser(EventDefinitionParser):  # type: ignore[misc]
    """The model says what an event waits for or throws; SpiffWorkflow need not know."""

    def create_task(self) -> Any:
        interrupting = self.node.get("cancelActivity") != "false" if self.spec_class is BoundaryEvent else None
        return self._create_task(ToldEvent(), interrupting)


class _EndParser(EventDefinitionParser):  # type: ignore[misc]
    def create_task(self) -> Any:
        ends_all = bool(self.xpath("./bpmn:terminateEventDefinition"))
        task = self._create_task(TerminateEventDefinition() if ends_all else NoneEventDefinition())
        task.connect(self.spec.end)
        return task


class _Parser(BpmnParser):  # type: ignore[misc]
    PROCESS_PARSER_CLASS = _ProcessParser
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012
        full_tag("serviceTask"): (TaskParser, ServiceTask),
        full_tag("scriptTask"): (ScriptTaskParser, ScriptTask),
        full_tag("sendTask"): (TaskParser, SendTask),
        full_tag("receiveTask"): (_EventParser, ReceiveTask),
        full_tag("businessRuleTask"): (TaskParser, DecisionTask),
        full_tag("callActivity"): (TaskParser, CallActivity),
        full_tag("subProcess"): (SubWorkflowParser, SubProcess),
        full_tag("exclusiveGateway"): (ConditionalGatewayParser, ExclusiveGateway),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, InclusiveGateway),
        full_tag("parallelGateway"): (GatewayParser, ParallelGateway),
        full_tag("eventBasedGateway"): (GatewayParser, EventGateway),
        full_tag("startEvent"): (_StartParser, StartEvent),
        full_tag("intermediateCatchEvent"): (_EventParser, IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (_EventParser, ThrowEvent),
        full_tag("boundaryEvent"): (_EventParser, BoundaryEvent),
        full_tag("endEvent"): (_EndParser, EndEvent),
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
            _prepare(task_spec, scope, model)
    return Specification(model, process, scopes)


def _prepare(task_spec: Any, scope: Any, model: ProcessModel) -> None:
    element = model.elements.get(task_spec.bpmn_id) if task_spec.bpmn_id else None
    if element is None:
        return
    task_spec.completed_event.connect(_completed)
    if element.kind in ENTERED_WHEN_READY:
        task_spec.ready_event.connect(_entered)
    if element.repeat is not None:
        body = Repeated(scope, task_spec, element.repeat)
        body.completed_event.connect(_completed)


def _entered(workflow: Any, task: Any) -> None:
    workflow.script_engine.entered(task)


def _completed(workflow: Any, task: Any) -> None:
    workflow.script_engine.completed(task)
