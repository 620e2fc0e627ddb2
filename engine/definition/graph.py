"""The drawn process as nodes and flows by id, level by level: what the checks of the structure walk over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.definition.profile import refused_triggers
from engine.definition.vocabulary import (
    FLOW_NODES,
    REFUSED_CONTAINERS,
    REFUSED_FLOW_NODES,
    Node,
    bpmn_children,
    is_bpmn,
    local_name,
    text_of,
)


@dataclass
class Flow:
    """A sequence flow whose two ends stand in its own level."""

    id: str
    source: str
    target: str
    xml: Node

    @property
    def condition(self) -> str:
        """The text of its condition; "" for none."""
        return text_of(next(iter(bpmn_children(self.xml, "conditionExpression")), None))


@dataclass
class FlowNode:
    """A flow node of the drawing, in the profile or not."""

    id: str
    kind: str
    xml: Node
    level: Level
    refused: bool  # the profile refuses it: what is missing around it is not told as well
    attached_to: str | None = None  # boundary events: the activity
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)

    @property
    def default(self) -> str | None:
        """Id of its default flow."""
        return self.xml.get("default") or None


@dataclass
class Level:
    """The process, or one sub-process: a start, an end, and the way between them."""

    id: str
    xml: Node
    nodes: dict[str, FlowNode] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    refused: bool = False  # the inside of a refused sub-process is not checked for its structure

    def of_kind(self, kind: str) -> list[FlowNode]:
        return [node for node in self.nodes.values() if node.kind == kind]


@dataclass
class Graph:
    """All levels, the process first. Nodes without an id, and second uses of an id, are left out."""

    levels: list[Level]
    unconnected: list[Node]  # sequence flows with an end that is no node of their level
    nodes: dict[str, FlowNode]

    def __iter__(self) -> Iterator[FlowNode]:
        return iter(self.nodes.values())


def read_graph(process: Node) -> Graph:
    """Read the process with all its sub-processes. Never raises: what is amiss is left for the checks."""
    graph = Graph([], [], {})
    waiting = [(process, False)]
    while waiting:
        xml, refused = waiting.pop(0)
        level = Level(xml.get("id") or "", xml, refused=refused)
        graph.levels.append(level)
        for child in bpmn_children(xml, *(FLOW_NODES | REFUSED_FLOW_NODES)):
            _add_node(graph, level, child)
            if is_bpmn(child, "subProcess") or local_name(child) in REFUSED_CONTAINERS:
                waiting.append((child, refused or not _plain(child)))
        _add_flows(graph, level)
    return graph


def _plain(node: Node) -> bool:
    return is_bpmn(node, "subProcess") and node.get("triggeredByEvent") != "true"


def _add_node(graph: Graph, level: Level, xml: Node) -> None:
    node_id, kind = xml.get("id"), local_name(xml)
    if not node_id or node_id in graph.nodes:
        return
    refused = kind in REFUSED_FLOW_NODES or refused_triggers(xml) or (kind == "subProcess" and not _plain(xml))
    attached_to = xml.get("attachedToRef") if kind == "boundaryEvent" else None
    graph.nodes[node_id] = level.nodes[node_id] = FlowNode(node_id, kind, xml, level, refused, attached_to)


def _add_flows(graph: Graph, level: Level) -> None:
    for xml in bpmn_children(level.xml, "sequenceFlow"):
        source, target = level.nodes.get(xml.get("sourceRef") or ""), level.nodes.get(xml.get("targetRef") or "")
        if source is None or target is None:
            graph.unconnected.append(xml)
            continue
        flow = Flow(xml.get("id") or "", source.id, target.id, xml)
        level.flows.append(flow)
        source.outgoing.append(flow)
        target.incoming.append(flow)
