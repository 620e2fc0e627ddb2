"""Where labels lie: placed on purpose, beside what they name, on nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from tests.layout.codes import Finding
from tests.layout.drawing import GATEWAYS, Drawing
from tests.layout.geometry import Box, diamond_distance
from tests.layout.letters import NAME_SIZE, text_height, text_width

MAX_LINES = 2
FAR_FROM_SHAPE = 34  # px
FAR_FROM_EDGE = 16  # px
PHASE_NAME_MARGIN = 5  # px between a phase's upper border and its name


def check_labels(drawing: Drawing) -> Iterator[Finding]:
    yield from (Finding("label_unplaced", (element_id,)) for element_id in drawing.unplaced)
    for element_id, lines in drawing.label_lines.items():
        if len(lines) > MAX_LINES:
            yield Finding("label_too_many_lines", (element_id,), str(len(lines)))
    for one, other in combinations(sorted(drawing.labels), 2):
        if drawing.labels[one].overlaps(drawing.labels[other], 2):
            yield Finding("labels_overlap", (one, other))
    for element_id, box in drawing.labels.items():
        yield from _check_under_it(drawing, element_id, box)
        yield from _check_near(drawing, element_id, box)
    for phase_id in drawing.phases:
        yield from _check_phase_name(drawing, phase_id)


def _check_under_it(drawing: Drawing, label_id: str, box: Box) -> Iterator[Finding]:
    for node in drawing.nodes.values():
        if node.id in drawing.phases:
            if box.overlaps(node.box) and not node.box.holds(box):
                yield Finding("label_on_a_border", (label_id, node.id))
        elif box.overlaps(node.box, -1) and not (node.kind in GATEWAYS and diamond_distance(box, node.box) >= 1):
            yield Finding("label_on_shape", (label_id, node.id))
    for lane in drawing.lanes.values():
        if box.overlaps(lane.box) and not lane.box.holds(box):
            yield Finding("label_on_lane_line", (label_id, lane.id))


def _check_near(drawing: Drawing, label_id: str, box: Box) -> Iterator[Finding]:
    node, flow = drawing.nodes.get(label_id), drawing.flows.get(label_id)
    if node and not node.box.grown(FAR_FROM_SHAPE).overlaps(box):
        yield Finding("label_far_from_its_shape", (label_id,))
    if flow and not any(stretch.box.grown(FAR_FROM_EDGE).overlaps(box) for stretch in flow.stretches):
        yield Finding("label_far_from_its_edge", (label_id,))


def _check_phase_name(drawing: Drawing, phase_id: str) -> Iterator[Finding]:
    """The viewer writes a phase's name inside, in the middle of its upper border."""
    phase = drawing.nodes[phase_id]
    width = text_width(phase.name, NAME_SIZE)
    name = Box(
        phase.box.centre[0] - width / 2, phase.box.y + PHASE_NAME_MARGIN, width, text_height([phase.name], NAME_SIZE)
    )
    around = {phase_id, *drawing.ancestors(phase_id)}
    for node in drawing.nodes.values():
        if node.id not in around and node.box.overlaps(name):
            yield Finding("phase_name_covered", (phase_id, node.id))
    for label_id, box in drawing.labels.items():
        if box.overlaps(name):
            yield Finding("phase_name_covered", (phase_id, label_id))
    for flow in drawing.flows.values():
        if any(stretch.enters(name) for stretch in flow.stretches):
            yield Finding("phase_name_covered", (phase_id, flow.id))
