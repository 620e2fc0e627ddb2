"""From a checked and rewritten tree to SpiffWorkflow's task specs: our classes in place of the stock ones."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import EventDefinitionParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, ScriptTaskParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent, StartEvent
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition

from engine.definition.vocabulary import CHOICES, FLOW_NODES, Node, bpmn_children, local_name
from engine.spiff.events import EventGateway, ReceiveTask, ToldEvent
from engine.spiff.inclusive import InclusiveGateway
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
from engine.spiff.throwing import EndEvent, ThrowEvent


class _ProcessParser(ProcessParser):  # type: ignore[misc]
    def create_spec(self) -> ProcessSpec:
        return ProcessSpec(name=self.bpmn_id, description=self.get_name())

    def add_tasks(self) -> None:
        """All nodes, then the flows between them. The stock way descends from node to node: a long drawing ends it.

        Every start event is a way from the root; which one is taken is said when a case begins.
        """
        parsers = {node.get("id"): self._parser(node) for node in bpmn_children(self.node, *FLOW_NODES)}
        entries: dict[str, Any] = {id: parser.task for id, parser in parsers.items()}
        joins: dict[str, Any] = {}
        for host in parsers:
            events = [event.get("id") for event in self.get_boundary_events(host)]
            if events:
                entries[host], join = self._border(parsers[host].task, [parsers[event].task for event in events])
                joins |= dict.fromkeys(events, join)
        for id, parser in parsers.items():
            self._connect(parser, entries)
            if id in joins:
                parser.task.connect(joins[id])

    def _parser(self, node: Node) -> Any:
        kind, spec_class = self.parser._get_parser_class(node.tag)
        parser = kind(self, spec_class, node, self.nsmap, lane=self.lane)
        parser.task = parser.create_task()
        return parser

    def _border(self, task: Any, events: list[Any]) -> tuple[Any, Any]:
        """What leads to an activity and to the events on its border, and where they meet."""
        split = BoundaryEventSplit(self.spec, f"{task.bpmn_id}.BoundaryEventSplit")
        join = HostJoin(self.spec, f"{task.bpmn_id}.BoundaryEventJoin", split_task=split.name, cancel=True)
        split.connect(task)
        task.connect(join)
        for event in events:
            split.connect(event)
        return split, join

    def _connect(self, parser: Any, entries: dict[str, Any]) -> None:
        flows = self.get_outgoing_sequence_flows(parser.bpmn_id)
        default = parser.node.get("default")
        if local_name(parser.node) in CHOICES and len(flows) == 1 and parser.parse_condition(flows[0]) is None:
            default = flows[0].get("id")
        for flow in flows:
            parser.connect_outgoing(entries[flow.get("targetRef")], flow, flow.get("id") == default)


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


class Parser(BpmnParser):  # type: ignore[misc]
    """Reads only what the positive list lets through; each element has its class here."""

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
        full_tag("parallelGateway"): (TaskParser, ParallelGateway),
        full_tag("eventBasedGateway"): (TaskParser, EventGateway),
        full_tag("startEvent"): (_StartParser, StartEvent),
        full_tag("intermediateCatchEvent"): (_EventParser, IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (_EventParser, ThrowEvent),
        full_tag("boundaryEvent"): (_EventParser, BoundaryEvent),
        full_tag("endEvent"): (_EndParser, EndEvent),
    }
