"""The findings about a drawing: stable codes, each explained in docs/owner/drawing.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "no_drawing",
    "not_drawn",
    "not_in_the_process",
    "phase_hidden",
    "shapes_overlap",
    "shapes_too_close",
    "outside_its_phase",
    "boundary_event_off_the_border",
    "outside_its_lane",
    "in_no_lane",
    "lane_too_low",
    "lane_name_does_not_fit",
    "no_name",
    "phase_name_covered",
    "name_does_not_fit",
    "name_breaks_badly",
    "name_holds_a_figure",
    "name_is_vague",
    "note_does_not_fit",
    "gateway_is_no_question",
    "gateway_must_not_be_named",
    "answer_without_label",
    "answer_too_long",
    "answer_far_from_its_gateway",
    "edge_not_docked",
    "edge_not_mid_side",
    "edge_stub_too_short",
    "too_many_bends",
    "not_orthogonal",
    "edge_through_shape",
    "edge_through_label",
    "edge_leaves_its_phase",
    "edges_cross",
    "edges_share_a_stretch",
    "label_unplaced",
    "label_too_many_lines",
    "labels_overlap",
    "label_on_shape",
    "label_on_a_border",
    "label_on_lane_line",
    "label_far_from_its_shape",
    "label_far_from_its_edge",
    "letters_too_small",
    "bad_aspect",
    "too_many_nodes",
]


@dataclass(frozen=True)
class Finding:
    """One thing a reader would stumble over."""

    code: Code
    elements: tuple[str, ...] = ()  # ids; none: the drawing as a whole
    note: str = ""  # the measured value, for the person who mends it
