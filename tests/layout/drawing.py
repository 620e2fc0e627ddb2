"""What is drawn: nodes, lanes, flows and where their letters lie, read from the diagram part of a BPMN file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from tests.layout.geometry import Box, Point, Stretch
from tests.layout.letters import LABEL_SIZE, text_height, text_width, wrap

NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
START_AND_END = frozenset({"startEvent", "endEvent"})
EVENTS = START_AND_END | {"boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"}
QUESTIONS = frozenset({"exclusiveGateway", "inclusiveGateway"})
GATEWAYS = QUESTIONS | {"parallelGateway", "eventBasedGateway", "complexGateway"}
ACTIVITIES_AND_FLOWS = frozenset({"task", "subProcess", "callActivity", "sequenceFlow"})
_BPMNDI = f"{{{NAMESPACES['bpmndi']}}}"


@dataclass(frozen=True)
class Node:
    """A drawn shape that is no pool or lane."""

    id: str
    kind: str  # BPMN local name
    name: str  # of a note: its text
    box: Box
    parent: str  # id of the process or sub-process it stands in
    host: str | None  # boundary events: the activity it sits on
    expanded: bool  # False: a collapsed sub-process


@dataclass(frozen=True)
class Lane:
    id: str
    name: str
    box: Box
    members: tuple[str, ...]


@dataclass(frozen=True)
class Flow:
    """A drawn connection."""

    id: str
    name: str
    source: str
    target: str
    parent: str
    points: tuple[Point, ...]

    @property
    def stretches(self) -> list[Stretch]:
        return [Stretch(a, b) for a, b in zip(self.points, self.points[1:], strict=False)]


@dataclass
class Drawing:
    """One diagram of a file."""

    nodes: dict[str, Node] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    pools: dict[str, Box] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)  # where the letters really lie
    label_lines: dict[str, list[str]] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)  # named, but the label has no bounds
    undrawn: list[str] = field(default_factory=list)  # in the process, in no drawing of the file
    orphans: list[str] = field(default_factory=list)  # in the drawing, not in the process

    @property
    def phases(self) -> frozenset[str]:
        """Ids of the sub-processes that are drawn open."""
        return frozenset(node.parent for node in self.nodes.values()) & self.nodes.keys()

    def ancestors(self, node_id: str) -> Iterator[str]:
        """The open sub-processes around a node, innermost first."""
        parent = self.nodes[node_id].parent
        while parent in self.nodes:
            yield parent
            parent = self.nodes[parent].parent

    def leaving(self, node_id: str) -> list[Flow]:
        return [flow for flow in self.flows.values() if flow.source == node_id]


def read_drawings(root: Any) -> list[Drawing]:
    """Every diagram of a parsed file (lxml root element)."""
    elements = {e.get("id"): e for e in root.iter() if isinstance(e.tag, str) and e.get("id")}
    drawings = [_read_plane(plane, elements) for plane in root.iterfind(".//bpmndi:BPMNPlane", NAMESPACES)]
    if drawings:
        drawn = {e.get("bpmnElement") for e in root.iter(_BPMNDI + "BPMNShape", _BPMNDI + "BPMNEdge")}
        drawings[0].undrawn = [i for i, element in elements.items() if _needs_drawing(element) and i not in drawn]
    return drawings


def _read_plane(plane: Any, elements: dict[str, Any]) -> Drawing:
    drawing = Drawing()
    shapes = {s.get("bpmnElement"): s for s in plane.iterfind("bpmndi:BPMNShape", NAMESPACES)}
    edges = {s.get("bpmnElement"): s for s in plane.iterfind("bpmndi:BPMNEdge", NAMESPACES)}
    drawing.orphans = [i for i in (*shapes, *edges) if i not in elements]
    unread = _hidden(shapes, elements) | set(drawing.orphans)
    for element_id, shape in shapes.items():
        if element_id not in unread:
            _read_shape(drawing, elements[element_id], shape)
    for element_id, edge in edges.items():
        if element_id not in unread:
            _read_edge(drawing, elements[element_id], edge)
    return drawing


def _hidden(shapes: dict[str, Any], elements: dict[str, Any]) -> set[str]:
    """Ids of what collapsed sub-processes hold: the viewer does not show it."""
    phases = (i for i in shapes if i in elements and _kind(elements[i]) == "subProcess")
    closed = [elements[i] for i in phases if not _is_open(shapes[i])]
    return {inner.get("id") for host in closed for inner in host.iterdescendants() if isinstance(inner.tag, str)}


def _needs_drawing(element: Any) -> bool:
    kind = _kind(element)
    return kind in ACTIVITIES_AND_FLOWS or kind.endswith(("Task", "Event", "Gateway"))


def _read_shape(drawing: Drawing, element: Any, shape: Any) -> None:
    box, kind, name = _bounds(shape.find("dc:Bounds", NAMESPACES)), _kind(element), element.get("name") or ""
    element_id = element.get("id")
    if kind == "lane":
        members = tuple(ref.text.strip() for ref in element.iterfind("bpmn:flowNodeRef", NAMESPACES))
        drawing.lanes[element_id] = Lane(element_id, name, box, members)
        return
    if kind == "participant":
        drawing.pools[element_id] = box
        return
    if kind == "textAnnotation":
        name = element.findtext("bpmn:text", "", NAMESPACES)
    drawing.nodes[element_id] = Node(
        element_id, kind, name, box, element.getparent().get("id"), element.get("attachedToRef"), _is_open(shape)
    )
    if kind in EVENTS | GATEWAYS:
        usual = Box(box.x + box.width / 2 - 45, box.bottom, 90, 20)
        _place_label(drawing, element_id, name, shape, usual)


def _read_edge(drawing: Drawing, element: Any, edge: Any) -> None:
    points = tuple((float(w.get("x")), float(w.get("y"))) for w in edge.iterfind("di:waypoint", NAMESPACES))
    name, element_id = element.get("name") or "", element.get("id")
    parent = element.getparent().get("id")
    flow = Flow(element_id, name, element.get("sourceRef"), element.get("targetRef"), parent, points)
    drawing.flows[element_id] = flow
    middle = len(points) / 2 - 1
    (x0, y0), (x1, y1) = points[math.floor(middle)], points[math.ceil(middle + 0.01)]
    _place_label(drawing, element_id, name, edge, Box((x0 + x1) / 2 - 45, (y0 + y1) / 2 - 25, 90, 20))


def _place_label(drawing: Drawing, element_id: str, name: str, shape: Any, usual: Box) -> None:
    """Where the letters really are: centred in the label's bounds, or in the viewer's usual place without bounds."""
    if not name:
        return
    bounds = shape.find("bpmndi:BPMNLabel/dc:Bounds", NAMESPACES)
    if bounds is None:
        drawing.unplaced.append(element_id)
    room = usual if bounds is None else _bounds(bounds)
    lines = wrap(name, room.width, LABEL_SIZE)
    width = max(text_width(line, LABEL_SIZE) for line in lines)
    drawing.label_lines[element_id] = lines
    left = room.x + (room.width - width) / 2
    drawing.labels[element_id] = Box(left, room.y, width, text_height(lines, LABEL_SIZE))


def _bounds(element: Any) -> Box:
    return Box(*(float(element.get(key)) for key in ("x", "y", "width", "height")))


def _is_open(shape: Any) -> bool:
    return bool(shape.get("isExpanded") == "true")


def _kind(element: Any) -> str:
    return str(etree.QName(element).localname)
