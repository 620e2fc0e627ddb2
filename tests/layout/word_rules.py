"""What names say and whether they fit: tasks, questions and their answers, merges, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.layout.codes import Finding
from tests.layout.drawing import EVENTS, GATEWAYS, QUESTIONS, Drawing, Node
from tests.layout.letters import NAME_SIZE, text_height, wrap

SIDE_MARGINS = 14  # px a shape's name leaves free, left and right together
MARKERS = 22  # px a task's name leaves free for its icon and markers
LONGEST_ANSWER = 4  # letters
ANSWER_NEAR_GATEWAY = 34  # px
FIGURE = re.compile(
    r"[0-9０-９一二三四五六七八九十百两半]+\s*(个?小时|分钟|秒|天|日|工作日|周|个月|年|元|万元|hours?|min)"
)
VAGUE = ("处理", "操作", "流程")


def check_words(drawing: Drawing) -> Iterator[Finding]:
    for node in drawing.nodes.values():
        if node.kind == "textAnnotation":
            yield from _check_note(node)
        elif node.kind in GATEWAYS:
            yield from _check_gateway(drawing, node)
        else:
            yield from _check_name(drawing, node)
        if node.kind != "textAnnotation" and FIGURE.search(node.name):
            yield Finding("name_holds_a_figure", (node.id,), node.name)


def _check_note(note: Node) -> Iterator[Finding]:
    lines = wrap(note.name, note.box.width - SIDE_MARGINS, NAME_SIZE)
    if text_height(lines, NAME_SIZE) > note.box.height:
        yield Finding("note_does_not_fit", (note.id,), str(lines))


def _check_name(drawing: Drawing, node: Node) -> Iterator[Finding]:
    if not node.name:
        yield Finding("no_name", (node.id,))
    elif node.kind not in EVENTS and node.id not in drawing.phases:
        lines = wrap(node.name, node.box.width - SIDE_MARGINS, NAME_SIZE)
        if text_height(lines, NAME_SIZE) > node.box.height - MARKERS:
            yield Finding("name_does_not_fit", (node.id,), str(lines))
        if len(lines) > 1 and len(lines[-1]) < 2:
            yield Finding("name_breaks_badly", (node.id,), str(lines))
        if any(word in node.name for word in VAGUE):
            yield Finding("name_is_vague", (node.id,), node.name)


def _check_gateway(drawing: Drawing, gateway: Node) -> Iterator[Finding]:
    answers = drawing.leaving(gateway.id)
    if gateway.kind == "eventBasedGateway":
        if not gateway.name:
            yield Finding("no_name", (gateway.id,))
    elif gateway.kind not in QUESTIONS or len(answers) < 2:
        if gateway.name:
            yield Finding("gateway_must_not_be_named", (gateway.id,), gateway.name)
    else:
        if not gateway.name.endswith(("？", "?")):
            yield Finding("gateway_is_no_question", (gateway.id,), gateway.name)
        for flow in answers:
            yield from _check_answer(drawing, gateway, flow.id, flow.name)


def _check_answer(drawing: Drawing, gateway: Node, flow_id: str, answer: str) -> Iterator[Finding]:
    if not answer:
        yield Finding("answer_without_label", (flow_id,))
        return
    if len(answer) > LONGEST_ANSWER:
        yield Finding("answer_too_long", (flow_id,), answer)
    if not gateway.box.grown(ANSWER_NEAR_GATEWAY).overlaps(drawing.labels[flow_id]):
        yield Finding("answer_far_from_its_gateway", (flow_id, gateway.id))
