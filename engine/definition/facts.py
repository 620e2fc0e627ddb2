"""A drawing as facts: every element by id with what is said of it, apart from how it is drawn. For comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.definition.events import event_name, trigger_of
from engine.definition.vocabulary import (
    BPMN,
    CAMUNDA,
    DIAGRAM,
    EVENTS,
    FLOW_NODES,
    REFUSED_FLOW_NODES,
    SPIFF,
    XSI,
    Node,
    Words,
    event_words,
    kind_words,
    local_name,
    namespace,
    text_of,
)

NODES = FLOW_NODES | REFUSED_FLOW_NODES
_LEVELS = frozenset({"definitions", "collaboration", "process", "subProcess", "transaction", "adHocSubProcess"})
_AROUND = _LEVELS | {"laneSet", "childLaneSet", "lane"}
_TRANSPARENT = frozenset({"collaboration", "laneSet", "childLaneSet"})
_DECLARED = frozenset({"message", "signal", "error", "escalation"})  # told of the events that name them
_ELSEWHERE = frozenset({"incoming", "outgoing", "flowNodeRef"})  # told of the flows, and of the nodes
_OF_THE_TOOL = frozenset({"id", "exporter", "exporterVersion", "targetNamespace", "schemaLocation"})
_DEFAULTS = frozenset(
    {
        *(("cancelActivity", "true"), ("isInterrupting", "true"), ("isSequential", "false")),
        *(("triggeredByEvent", "false"), ("gatewayDirection", "Unspecified"), ("isForCompensation", "false")),
        *(("startQuantity", "1"), ("completionQuantity", "1"), ("isCollection", "false"), ("testBefore", "false")),
    }
)
_PLAIN = {"conditionExpression": "condition", "script": "script", "documentation": "documentation", "text": "text"}
_TIMES = frozenset({"timeDuration", "timeDate", "timeCycle"})
_FLAT = frozenset({"extensionElements", "properties", "inputOutput", "parameters", "standardLoopCharacteristics"})
_FLAT |= {"multiInstanceLoopCharacteristics"}
_NAMED = {"property": "property", "inputParameter": "input", "outputParameter": "output", "parameter": "input"}


@dataclass
class Element:
    """One element. `facts`: aspect -> text; of what refers to another element, that element's id."""

    id: str | None  # None: the file
    kind: str
    name: str
    words: Words  # of the kind: "用户任务"
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shape:
    """How an element is drawn."""

    at: tuple[str, ...]  # x and y; of a line, all its points
    size: tuple[str, ...]
    look: tuple[str, ...]  # everything else: label, colours


@dataclass(frozen=True)
class Drawing:
    elements: dict[str | None, Element]  # in document order
    shapes: dict[str, Shape]  # by the id of the element


def read_drawing(root: Node) -> Drawing:
    """Never raises, whatever the drawing says. Of two elements with one id the first counts."""
    elements: dict[str | None, Element] = {}
    lanes = _lanes(root)
    for node, scope in _walk(root):
        id = node.get("id") if node is not root else None
        if id in elements:
            continue
        element = Element(id, local_name(node), (node.get("name") or "").strip(), _words(node))
        element.facts = _facts(node)
        if element.kind in NODES:
            element.facts |= {"lane": lanes[id]} if id in lanes else {}
            element.facts |= {"scope": scope} if scope else {}
        elements[id] = element
    return Drawing(elements, {id: shape for id, shape in _shapes(root)})


def _walk(node: Node, scope: str = "") -> Iterator[tuple[Node, str]]:
    """Every element, with the id of the sub-process it stands in; "" outside."""
    if local_name(node) not in _TRANSPARENT:
        yield node, scope
    if local_name(node) in _AROUND:
        within = (node.get("id") or "") if local_name(node) in NODES else scope
        for child in node:
            if _is_element(child):
                yield from _walk(child, within)


def _is_element(node: Node) -> bool:
    if namespace(node.tag) != BPMN or local_name(node) in _DECLARED | _ELSEWHERE:
        return False
    if local_name(node) in _TRANSPARENT:
        return True
    return bool(node.get("id")) and local_name(node.getparent()) in _AROUND and local_name(node) != "documentation"


def _words(node: Node) -> Words:
    trigger = trigger_of(node)
    kind = local_name(node)
    return event_words(kind, f"{trigger}EventDefinition") if trigger and kind.endswith("Event") else kind_words(kind)


def _lanes(root: Node) -> dict[str, str]:
    """Node id -> id of the innermost lane that names it."""
    found: dict[str, str] = {}
    for lane in root.iter(f"{{{BPMN}}}lane"):
        for reference in lane.iterchildren(f"{{{BPMN}}}flowNodeRef"):
            found[text_of(reference)] = lane.get("id") or ""
    return found


def _facts(node: Node) -> dict[str, str]:
    """What stands in the element itself, not in the elements within."""
    found: dict[str, str] = {}
    for aspect, text in (*_attributes(node), *_events(node), *_parts(node)):
        found[aspect] = f"{found[aspect]}\n{text}" if aspect in found else text
    return found


def _events(node: Node) -> Iterator[tuple[str, str]]:
    trigger = trigger_of(node)
    if local_name(node) in EVENTS and trigger:
        yield "trigger", trigger
    if trigger and trigger not in ("timer", "terminate"):
        yield trigger, event_name(node) or ""


def _parts(node: Node) -> Iterator[tuple[str, str]]:
    for child in node:
        apart = namespace(child.tag) == BPMN and local_name(child) in _ELSEWHERE | _DECLARED
        if not apart and not _is_element(child) and namespace(child.tag) != DIAGRAM:
            yield from _part(child)


def _attributes(node: Node) -> Iterator[tuple[str, str]]:
    for name, value in node.attrib.items():
        local = name.rpartition("}")[2]
        if local in _OF_THE_TOOL or local == "name" or namespace(name) == XSI or not value.strip():
            continue
        if (local, value) not in _DEFAULTS:
            yield local, value.strip()


def _part(node: Node) -> Iterator[tuple[str, str]]:
    """A part of an element: one fact for each thing that people change by itself."""
    kind, text = local_name(node), text_of(node)
    name = (node.get("name") or (node.get("id") if namespace(node.tag) == SPIFF else "") or "").strip()
    if namespace(node.tag) not in (BPMN, CAMUNDA, SPIFF):
        yield kind, _canonical(node)
    elif kind in _PLAIN:
        yield from [(_PLAIN[kind], text)] if text else []
        yield from ((f"{_PLAIN[kind]}.{name}", value) for name, value in _attributes(node))
    elif kind in _NAMED and name:
        inner = "".join(_canonical(child) for child in node)
        yield f"{_NAMED[kind]}:{name}", (node.get("value") or text or inner).strip()
    elif kind in _TIMES:
        yield from [("timer", text), ("timerKind", kind)] if text else []
    elif kind == "serviceTaskOperator":
        yield "topic", name
        yield from _nested(node, "")
    elif kind in _FLAT or kind.endswith("EventDefinition"):
        yield from _nested(node, "")
    elif kind in ("in", "out") and node.get("target"):
        yield from _nested(node, f"{kind}:{node.get('target')}.")
    elif text and not len(node):
        yield kind, text
    else:
        yield kind, "true"
        yield from _nested(node, f"{kind}.")


def _nested(node: Node, prefix: str) -> Iterator[tuple[str, str]]:
    """The attributes and parts of a part. What it refers to is told where the reference is resolved."""
    yield from ((f"{prefix}{name}", value) for name, value in _attributes(node) if not name.endswith("Ref"))
    for child in node:
        yield from ((f"{prefix}{name}", value) for name, value in _part(child))


def _canonical(node: Node) -> str:
    return str(etree.tostring(node, method="c14n", exclusive=True, with_tail=False).decode())


def _shapes(root: Node) -> Iterator[tuple[str, Shape]]:
    for node in root.iter(f"{{{DIAGRAM}}}BPMNShape", f"{{{DIAGRAM}}}BPMNEdge"):
        id = node.get("bpmnElement")
        if not id:
            continue
        points = [_place(child, "x", "y") for child in node if local_name(child) in ("Bounds", "waypoint")]
        sizes = [_place(child, "width", "height") for child in node if local_name(child) == "Bounds"]
        labels = [_look(child) for label in node if local_name(label) == "BPMNLabel" for child in label]
        yield id, Shape(_flat(points), _flat(sizes), (_look(node), *labels))


def _look(node: Node) -> str:
    own = {"id", "bpmnElement"}
    return " ".join(f"{name}={_number(value)}" for name, value in sorted(node.attrib.items()) if name not in own)


def _place(node: Node, *names: str) -> tuple[str, ...]:
    return tuple(_number(node.get(name) or "") for name in names)


def _number(text: str) -> str:
    """160, 160.0 and 160.00 are one place."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _flat(pairs: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(value for pair in pairs for value in pair)
