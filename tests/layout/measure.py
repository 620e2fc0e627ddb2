"""Measures every drawing of a BPMN file: the one door of this package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from tests.layout.codes import Finding
from tests.layout.drawing import START_AND_END, Drawing, read_drawings
from tests.layout.edge_rules import check_edges
from tests.layout.geometry import Box
from tests.layout.label_rules import check_labels
from tests.layout.letters import LABEL_SIZE
from tests.layout.shape_rules import check_shapes
from tests.layout.word_rules import check_words

SCREEN = (1600, 900)  # px: one screen shows the whole drawing
SCREEN_MARGIN = 24  # px on every side
LARGEST_SCALE = 1.2  # the viewer enlarges no further
SMALLEST_LETTERS = 11.5  # px on that screen
ASPECTS = (1.2, 3.0)  # width to height
MOST_NODES = 25  # start and end events and notes are not counted


def parse(path: Path) -> Any:
    """The file's root element."""
    return etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()


def measure(root: Any) -> list[Finding]:
    """All findings about all drawings of a parsed file, each once."""
    drawings = read_drawings(root)
    if not drawings:
        return [Finding("no_drawing")]
    return list(dict.fromkeys(finding for drawing in drawings for finding in _check(drawing)))


def count_nodes(drawing: Drawing) -> int:
    """Activities, gateways, waiting and boundary events."""
    return sum(node.kind not in START_AND_END | {"textAnnotation"} for node in drawing.nodes.values())


def _check(drawing: Drawing) -> Iterator[Finding]:
    yield from check_shapes(drawing)
    yield from check_words(drawing)
    yield from check_edges(drawing)
    yield from check_labels(drawing)
    yield from _check_screen(drawing)


def _check_screen(drawing: Drawing) -> Iterator[Finding]:
    whole = _extent(drawing)
    across, down = (side - 2 * SCREEN_MARGIN for side in SCREEN)
    letters = LABEL_SIZE * min(across / whole.width, down / whole.height, LARGEST_SCALE)
    if letters < SMALLEST_LETTERS:
        yield Finding("letters_too_small", note=f"{letters:.1f} px")
    aspect = whole.width / whole.height
    if not ASPECTS[0] <= aspect <= ASPECTS[1]:
        yield Finding("bad_aspect", note=f"{aspect:.2f}")
    nodes = count_nodes(drawing)
    if nodes > MOST_NODES:
        yield Finding("too_many_nodes", note=str(nodes))


def _extent(drawing: Drawing) -> Box:
    boxes = [*drawing.pools.values(), *drawing.labels.values()]
    boxes += [node.box for node in drawing.nodes.values()] + [lane.box for lane in drawing.lanes.values()]
    boxes += [stretch.box for flow in drawing.flows.values() for stretch in flow.stretches]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)
