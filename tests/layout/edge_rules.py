"""How flows run: docked, orthogonal, with few bends, through nothing and across nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from tests.layout.codes import Finding
from tests.layout.drawing import Drawing, Flow
from tests.layout.geometry import Stretch, meeting

MAX_BENDS = 3
SHORTEST_STUB = 12  # px of the first stretch, so that its direction can be seen


def check_edges(drawing: Drawing) -> Iterator[Finding]:
    for flow in drawing.flows.values():
        yield from _check_docks(drawing, flow)
        yield from _check_course(flow)
        for stretch in flow.stretches:
            yield from _check_nodes_in_the_way(drawing, flow, stretch)
            yield from _check_labels_in_the_way(drawing, stretch, flow.id)
    for one, other in combinations(drawing.flows.values(), 2):
        yield from _check_meeting(one, other)


def _check_docks(drawing: Drawing, flow: Flow) -> Iterator[Finding]:
    for point, end in ((flow.points[0], flow.source), (flow.points[-1], flow.target)):
        node = drawing.nodes.get(end)
        if node is None:
            continue
        if not node.box.has_on_border(point):
            yield Finding("edge_not_docked", (flow.id, end))
        elif end not in drawing.phases and not node.box.has_mid_side(point):
            yield Finding("edge_not_mid_side", (flow.id, end))


def _check_course(flow: Flow) -> Iterator[Finding]:
    bends = len(flow.points) - 2
    if bends > MAX_BENDS:
        yield Finding("too_many_bends", (flow.id,), str(bends))
    if not all(stretch.upright for stretch in flow.stretches):
        yield Finding("not_orthogonal", (flow.id,))
    if flow.stretches[0].length < SHORTEST_STUB:
        yield Finding("edge_stub_too_short", (flow.id,), f"{flow.stretches[0].length:.0f} px")


def _check_nodes_in_the_way(drawing: Drawing, flow: Flow, stretch: Stretch) -> Iterator[Finding]:
    for node in drawing.nodes.values():
        inside = stretch.enters(node.box.grown(-1))
        if node.id not in drawing.phases:
            if inside:
                yield Finding("edge_through_shape", (flow.id, node.id))
        elif _lives_in(drawing, flow, node.id):
            if not node.box.holds(stretch.box):
                yield Finding("edge_leaves_its_phase", (flow.id, node.id))
        elif inside:
            yield Finding("edge_through_shape", (flow.id, node.id))


def _lives_in(drawing: Drawing, flow: Flow, phase_id: str) -> bool:
    return flow.source in drawing.nodes and flow.source != phase_id and phase_id in drawing.ancestors(flow.source)


def _check_labels_in_the_way(drawing: Drawing, stretch: Stretch, flow_id: str) -> Iterator[Finding]:
    for label_id, box in drawing.labels.items():
        if stretch.enters(box.grown(1)):
            yield Finding("edge_through_label", (flow_id, label_id))


def _check_meeting(one: Flow, other: Flow) -> Iterator[Finding]:
    ways = {meeting(a, b) for a in one.stretches for b in other.stretches}
    if "crossing" in ways:
        yield Finding("edges_cross", (one.id, other.id))
    if "shared" in ways:
        yield Finding("edges_share_a_stretch", (one.id, other.id))
