"""Which lane a node stands in: the innermost that names it, else its host's, else its sub-process's."""

from __future__ import annotations

from engine.definition.collector import Collector
from engine.definition.graph import Graph
from engine.definition.vocabulary import Node, bpmn, bpmn_children, text_of


def read_lanes(process: Node, graph: Graph, collector: Collector) -> dict[str, str]:
    """Node id -> lane name (its id if it has no name)."""
    named: dict[str, str] = {}
    for lane in process.iter(bpmn("lane")):  # an inner lane comes after the one around it
        for reference in bpmn_children(lane, "flowNodeRef"):
            node_id = text_of(reference)
            if node_id in graph.nodes:
                named[node_id] = lane.get("name") or lane.get("id") or ""
            else:
                collector.add("lane_reference_unknown", lane, id=node_id)
    lanes = dict(named)
    for node in graph:  # levels are read from the outside in: the sub-process has its lane before its nodes
        around = lanes.get(node.attached_to or "") or lanes.get(node.level.id)
        if node.id not in lanes and around:
            lanes[node.id] = around
    return lanes
