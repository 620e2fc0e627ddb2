"""Spoils diagrams: attributes and elements swapped, moved, doubled, lost; noise in texts and bytes. `dice` decides."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lxml import etree

from engine.definition.catalogue import Catalogue
from engine.definition.vocabulary import BPMN, CAMUNDA, FLOW_NODES, REFUSED_FLOW_NODES, TRIGGERS, local_name
from engine.expressions.functions import STANDARD
from engine.expressions.language import Language
from engine.expressions.registry import Function, FunctionRegistry
from engine.extensions import Parameter, Service
from tests.engine.definition.drawings import declared, drawing, end, start, user
from tests.engine.spiff import event_shapes, pieces, shapes
from tests.engine.spiff.cases import NEXT_DUE, NOTE

SHIPPED = [path.read_bytes() for path in sorted((Path(__file__).parents[3] / "bpmn").rglob("*.bpmn"))]
NOISE = [
    "",
    " ",
    "x",
    "${",
    "${x}",
    "${open('f')}",
    "a" * 300,
    "true",
    "false",
    "1",
    "-1",
    "99999999999999999999",
    "PT1H",
    "R/PT1S",
    "Start",
    "End",
    "x [child]",
    "工单",
    "\u202e",
    "'\"<&>",
    "x.EndJoin",
    "${1/0}",
    "${[1] * 9}",
    "n",
    "[1, 2]",
]
KINDS = [
    *sorted(FLOW_NODES | REFUSED_FLOW_NODES | {trigger for trigger in TRIGGERS if trigger}),
    "sequenceFlow",
    "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
    "laneSet",
    "dataObject",
    "process",
    "extensionElements",
]
NAMES = [
    "id",
    "name",
    "sourceRef",
    "targetRef",
    "default",
    "attachedToRef",
    "cancelActivity",
    "isSequential",
    "messageRef",
]
NAMES += [
    "calledElement",
    "loopMaximum",
    "testBefore",
    "triggeredByEvent",
    "instantiate",
    "isExecutable",
    "startQuantity",
]
NAMES += [
    f"{{{CAMUNDA}}}{name}" for name in ("collection", "elementVariable", "topic", "type", "assignee", "asyncBefore")
]
ALL_NAMES = declared(message=["paid"], signal=["storm"], error=["no_spare"], escalation=["no_spare"])


def catalogue() -> Catalogue:
    """Knows every name that the corpus uses, so that what is spoiled is judged by its shape."""
    text = b"".join(SHIPPED).decode()
    inputs = tuple(
        Parameter(name, "any", name, name, False) for name in sorted(_named(text, r'inputParameter name="([^"]+)"'))
    )
    functions = (
        Function(name, _nothing, name, name, ("what", "more"), optional=2, variadic=True)
        for name in _named(text, r"\b([a-z]+\.[a-z_]+)\(")
    )
    return Catalogue(
        language=Language(FunctionRegistry((*STANDARD, NEXT_DUE, *functions))),
        rearming=frozenset({NEXT_DUE.name}),
        services={NOTE.name: NOTE}
        | {topic: Service(topic, _nothing, topic, topic, inputs) for topic in _named(text, r'topic="([^"]+)"')},
        form_keys=_named(text, r'form(?:Key|Ref)="([^"]+)"'),
        groups=_Every(),
        case_kinds=_Every(),
    )


class _Every(dict[str, Any]):
    """Holds every name."""

    def __contains__(self, _: object) -> bool:
        return True


def _named(text: str, pattern: str) -> frozenset[str]:
    return frozenset(re.findall(pattern, text))


def _nothing(*_: Any, **__: Any) -> None:
    return None


def corpus() -> list[bytes]:
    """Every drawing of the tests, and every diagram that is shipped."""
    drawn = [*shapes.ALL.values(), *event_shapes.ALL.values()]
    for piece in pieces.ALL.values():
        nodes = [start("S"), *piece.nodes, user("Z"), end("E")]
        drawn.append(
            drawing("p", nodes, [f"S -> {piece.first}", *piece.flows, f"{piece.last} -> Z -> E"], extra=ALL_NAMES)
        )
    return [*drawn, *SHIPPED * 5]


def spoiled(content: bytes, dice: random.Random) -> bytes:
    """One to three mutations of a diagram."""
    root = etree.fromstring(content)
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        elements = [node for node in root.iter(f"{{{BPMN}}}*") if node is not root]
        if elements:
            dice.choice(_MUTATIONS)(elements, dice)
    written = bytes(etree.tostring(root))
    return _bytes(written, dice) if dice.random() < 0.05 else written


def _swap_values(elements: list[Any], dice: random.Random) -> None:
    """The values of one attribute of two elements."""
    name = dice.choice([name for node in elements for name in node.attrib] or ["id"])
    having = [node for node in elements if name in node.attrib]
    if len(having) > 1:
        one, other = dice.sample(having, 2)
        one.attrib[name], other.attrib[name] = other.attrib[name], one.attrib[name]


def _set_value(elements: list[Any], dice: random.Random) -> None:
    ids = [node.get("id") for node in elements if node.get("id")]
    dice.choice(elements).set(dice.choice(NAMES), dice.choice(NOISE + dice.sample(ids, min(len(ids), 12))))


def _lose_value(elements: list[Any], dice: random.Random) -> None:
    node = dice.choice(elements)
    if node.attrib:
        del node.attrib[dice.choice(sorted(node.attrib))]


def _other_kind(elements: list[Any], dice: random.Random) -> None:
    dice.choice(elements).tag = f"{{{BPMN}}}{dice.choice(KINDS)}"


def _another_s_kind(elements: list[Any], dice: random.Random) -> None:
    one, other = dice.choice(elements), dice.choice(elements)
    if local_name(one) in FLOW_NODES and local_name(other) in FLOW_NODES:
        one.tag, other.tag = other.tag, one.tag


def _lose(elements: list[Any], dice: random.Random) -> None:
    node = dice.choice(elements)
    node.getparent().remove(node)


def _double(elements: list[Any], dice: random.Random) -> None:
    node = dice.choice(elements)
    copy = etree.fromstring(etree.tostring(node))
    if dice.random() < 0.7:
        for part in copy.iter():
            if part.get("id"):
                part.set("id", f"{part.get('id')}_2")
    node.addnext(copy)


def _move(elements: list[Any], dice: random.Random) -> None:
    node, place = dice.choice(elements), dice.choice(elements)
    if node not in place.iterancestors() and node is not place:
        place.append(node)


def _text(elements: list[Any], dice: random.Random) -> None:
    texts = [node for node in elements if (node.text or "").strip()] or elements
    node = dice.choice(texts)
    node.text = dice.choice([text for text in NOISE if text != "\u202e"])


def _turn(elements: list[Any], dice: random.Random) -> None:
    """A flow leads elsewhere."""
    flows = [node for node in elements if local_name(node) == "sequenceFlow"]
    nodes = [node.get("id") for node in elements if local_name(node) in FLOW_NODES and node.get("id")]
    if flows and nodes:
        dice.choice(flows).set(dice.choice(["sourceRef", "targetRef"]), dice.choice(nodes))


_MUTATIONS: list[Callable[[list[Any], random.Random], None]] = [
    _swap_values,
    _set_value,
    _lose_value,
    _other_kind,
    _another_s_kind,
    _lose,
    _double,
    _move,
    _text,
    _turn,
    _turn,
]


def _bytes(content: bytes, dice: random.Random) -> bytes:
    """A few bytes of the file itself."""
    spoilt = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
    return bytes(spoilt)
