"""Small rewrites that give a drawing its meaning: gateways that were left out are put in, the rest is taken off."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from engine.definition.branching import may_choose, merges, parts
from engine.definition.graph import Flow, FlowNode, Graph
from engine.definition.model import ElementModel
from engine.definition.vocabulary import ACTIVITIES, BPMN, Node, bpmn, local_name, namespace

# All that the token mover may see of a diagram. Ids of other parts could be mistaken for ids of nodes.
_KEPT_ATTRIBUTES = frozenset(
    {"id", "name", "sourceRef", "targetRef", "default", "attachedToRef", "cancelActivity", "isExecutable"}
)
_DROPPED = frozenset(
    {"extensionElements", "documentation", "laneSet", "textAnnotation", "association", "group", "incoming", "outgoing"}
    | {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}  # the model says how often
)


def make_gateways_explicit(graph: Graph, elements: dict[str, ElementModel]) -> dict[str, ElementModel]:
    """Insert the gateways that a checked drawing implies; return all elements with the inserted ones.

    Several flows out of a node are a parallel split; one condition against a default is a choice; several flows into
    an activity or a waiting event are a merge. Inserted ids are the node's id and `__split`, `__choice` or `__merge`.
    """
    taken = {node.get("id") for node in graph.levels[0].xml.iter() if node.get("id")}
    found = dict(elements)
    for node in list(graph):
        if merges(node):
            gateway = _insert(node, "exclusiveGateway", "merge", taken, found)
            _turn(node.incoming, "targetRef", gateway)
            _connect(node, gateway, node.id, taken)
        if parts(node):
            choice = may_choose(node)
            gateway = _insert(
                node, "exclusiveGateway" if choice else "parallelGateway", "choice" if choice else "split", taken, found
            )
            if choice:
                gateway.set("default", node.default or "")
            _turn(node.outgoing, "sourceRef", gateway)
            _connect(node, node.id, gateway, taken)
        if node.kind in ACTIVITIES:
            node.xml.attrib.pop("default", None)
    return found


def strip(root: Node, process: Node) -> None:
    """Leave the process alone in the tree, with nothing in it but what runs."""
    for child in list(root):
        if child is not process:
            root.remove(child)
    for node in list(process.iter()):
        if node is not process and (namespace(node.tag) != BPMN or local_name(node) in _DROPPED):
            parent = node.getparent()
            if parent is not None:
                parent.remove(node)
            continue
        for name in [name for name in node.attrib if name not in _KEPT_ATTRIBUTES]:
            del node.attrib[name]


def _insert(node: FlowNode, kind: str, role: str, taken: set[str], elements: dict[str, ElementModel]) -> Node:
    gateway = etree.Element(bpmn(kind), id=_fresh(f"{node.id}__{role}", taken))
    node.xml.addnext(gateway)
    gateway_id = gateway.get("id")
    elements[gateway_id] = ElementModel(
        id=gateway_id, kind=kind, name="", scope=node.level.id, lane=elements[node.id].lane, drawn=False
    )
    return gateway


def _fresh(wanted: str, taken: set[str]) -> str:
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}_{number}"
    taken.add(found)
    return found


def _turn(flows: Iterable[Flow], end: str, gateway: Node) -> None:
    for flow in flows:
        flow.xml.set(end, gateway.get("id"))


def _connect(node: FlowNode, source: Node | str, target: Node | str, taken: set[str]) -> None:
    ends = [end if isinstance(end, str) else end.get("id") for end in (source, target)]
    flow = etree.SubElement(node.level.xml, bpmn("sequenceFlow"))
    flow.set("id", _fresh(f"{ends[0]}__{ends[1]}", taken))
    flow.set("sourceRef", ends[0])
    flow.set("targetRef", ends[1])
