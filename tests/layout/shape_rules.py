"""Where shapes stand: apart from each other, inside their phase and lane, on their border."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from tests.layout.codes import Finding
from tests.layout.drawing import Drawing, Node
from tests.layout.letters import NAME_SIZE, text_width

GAP = 14  # px between neighbours
PHASE_MARGIN = 6  # px between a phase's border and what it holds
LANE_MARGIN = 2  # px between a lane line and a node
LANE_HEIGHT = 100  # px at least
LANE_NAME_MARGIN = 8  # px of a lane's height that its upright name leaves free


def check_shapes(drawing: Drawing) -> Iterator[Finding]:
    yield from (Finding("not_drawn", (element_id,)) for element_id in drawing.undrawn)
    yield from (Finding("not_in_the_process", (element_id,)) for element_id in drawing.orphans)
    for one, other in combinations(sorted(drawing.nodes.values(), key=lambda node: node.id), 2):
        if not _belong_together(drawing, one, other):
            yield from _check_pair(drawing, one, other)
    for node in drawing.nodes.values():
        yield from _check_place(drawing, node)
    yield from _check_lanes(drawing)


def _belong_together(drawing: Drawing, one: Node, other: Node) -> bool:
    """A phase may hold the other, and a boundary event sits on its host."""
    if other.id in drawing.ancestors(one.id) or one.id in drawing.ancestors(other.id):
        return True
    return one.host == other.id or other.host == one.id


def _check_pair(drawing: Drawing, one: Node, other: Node) -> Iterator[Finding]:
    if one.box.overlaps(other.box):
        yield Finding("shapes_overlap", (one.id, other.id))
    elif one.box.overlaps(other.box, GAP) and not {one.id, other.id} & drawing.phases:
        yield Finding("shapes_too_close", (one.id, other.id))


def _check_place(drawing: Drawing, node: Node) -> Iterator[Finding]:
    if node.kind == "subProcess" and not node.expanded:
        yield Finding("phase_hidden", (node.id,))
    phase = drawing.nodes.get(node.parent)
    if phase and not phase.box.holds(node.box, PHASE_MARGIN):
        yield Finding("outside_its_phase", (node.id, phase.id))
    if node.host and not drawing.nodes[node.host].box.has_on_border(node.box.centre, tolerance=3):
        yield Finding("boundary_event_off_the_border", (node.id, node.host))


def _check_lanes(drawing: Drawing) -> Iterator[Finding]:
    for lane in drawing.lanes.values():
        if lane.box.height < LANE_HEIGHT:
            yield Finding("lane_too_low", (lane.id,), f"{lane.box.height:.0f} px")
        if text_width(lane.name, NAME_SIZE) > lane.box.height - LANE_NAME_MARGIN:
            yield Finding("lane_name_does_not_fit", (lane.id,))
        for member in lane.members:
            if _stands_alone(drawing, member) and not lane.box.holds(drawing.nodes[member].box, LANE_MARGIN):
                yield Finding("outside_its_lane", (member, lane.id))
    if drawing.lanes:
        placed = {member for lane in drawing.lanes.values() for member in lane.members}
        for node in drawing.nodes.values():
            if node.kind != "textAnnotation" and node.id not in placed:
                yield Finding("in_no_lane", (node.id,))


def _stands_alone(drawing: Drawing, node_id: str) -> bool:
    """Phases may span lanes, and boundary events stand where their host's border is."""
    return node_id in drawing.nodes and node_id not in drawing.phases and not drawing.nodes[node_id].host
