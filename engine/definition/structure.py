"""The shape of a process: one plain start, an end, every node on a way between them, no flow that leads nowhere."""

from __future__ import annotations

from engine.definition.branching import merges, parts
from engine.definition.collector import Collector
from engine.definition.graph import FlowNode, Graph, Level
from engine.definition.profile import triggers
from engine.definition.vocabulary import ACTIVITIES, REFUSED_CONTAINERS, Node, Words, local_name

_CONTAINERS = REFUSED_CONTAINERS | {"subProcess"}
MAX_NODES = 300
MAX_IMPLIED = 600  # with the gateways that the drawing implies: so many the token mover was tried with
MAX_LEVELS = 50  # sub-processes within each other


def check_structure(graph: Graph, collector: Collector) -> None:
    """Check every level that the profile lets run."""
    if len(graph.nodes) > MAX_NODES:
        collector.add("too_many_nodes", graph.levels[0].xml, count=len(graph.nodes), limit=MAX_NODES)
    elif (count := len(graph.nodes) + sum(merges(node) + parts(node) for node in graph)) > MAX_IMPLIED:
        collector.add("too_many_gateways", graph.levels[0].xml, count=count, limit=MAX_IMPLIED)
    for xml in graph.unconnected:
        _check_unconnected(xml, graph, collector)
    for level in graph.levels:
        if _depth(level) == MAX_LEVELS + 1:
            collector.add("nested_too_deep", level.xml, limit=MAX_LEVELS)
        if level.refused:
            continue
        _check_starts_and_ends(level, collector)
        _check_reached(level, collector)
        for node in level.nodes.values():
            _check_node(node, collector)


def _depth(level: Level) -> int:
    """Sub-processes around the inside of a level; 0 for the process itself."""
    return sum(local_name(around) in _CONTAINERS for around in (level.xml, *level.xml.iterancestors()))


def _check_unconnected(flow: Node, graph: Graph, collector: Collector) -> None:
    """A flow with an end in no node, or with both ends in nodes of other levels."""
    for attribute, end in (("sourceRef", Words("起点", "source")), ("targetRef", Words("终点", "target"))):
        if flow.get(attribute) not in graph.nodes:
            collector.add("dangling_flow", flow, end=end)
    if flow.get("sourceRef") in graph.nodes and flow.get("targetRef") in graph.nodes:
        collector.add("flow_crosses_border", flow)


def _check_starts_and_ends(level: Level, collector: Collector) -> None:
    starts = [node for node in level.of_kind("startEvent") if not node.refused and triggers(node.xml) == [""]]
    if not level.of_kind("startEvent"):
        collector.add("no_start_event", level.xml)
    for start in starts[1:]:
        collector.add("two_start_events", start.xml)
    if not level.of_kind("endEvent"):
        collector.add("no_end_event", level.xml)


def _check_reached(level: Level, collector: Collector) -> None:
    """What hangs behind a refused node or a loose boundary event is mended together with it, and counts as reached."""
    if not level.of_kind("startEvent"):
        return
    starts = [node.id for node in level.nodes.values() if node.kind == "startEvent" or node.refused or _loose(node)]
    hosts: dict[str, list[str]] = {}
    for node in level.nodes.values():
        if node.attached_to:
            hosts.setdefault(node.attached_to, []).append(node.id)
    reached, waiting = set(starts), starts
    while waiting:
        node_id = waiting.pop()
        following = [flow.target for flow in level.nodes[node_id].outgoing] + hosts.get(node_id, [])
        fresh = set(following) - reached
        reached |= fresh
        waiting.extend(fresh)
    for node in level.nodes.values():
        if node.id not in reached and node.kind != "boundaryEvent":
            collector.add("unreachable", node.xml)


def _loose(node: FlowNode) -> bool:
    return node.kind == "boundaryEvent" and node.attached_to not in node.level.nodes


def _check_node(node: FlowNode, collector: Collector) -> None:
    if node.refused:
        return
    if node.kind == "startEvent" and node.incoming:
        collector.add("start_with_incoming", node.xml)
    if node.kind == "boundaryEvent":
        _check_boundary(node, collector)
    elif node.kind == "endEvent":
        if node.outgoing:
            collector.add("end_with_outgoing", node.xml)
    elif not node.outgoing:
        collector.add("no_way_on", node.xml)


def _check_boundary(node: FlowNode, collector: Collector) -> None:
    host = node.level.nodes.get(node.attached_to or "")
    if host is None or (host.kind not in ACTIVITIES and not host.refused):
        collector.add("boundary_detached", node.xml)
    if node.incoming:
        collector.add("boundary_with_incoming", node.xml)
    if not node.outgoing:
        collector.add("boundary_without_outgoing", node.xml)
