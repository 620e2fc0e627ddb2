"""A drawing as the oracle reads it: elements and ways, scope by scope; and as the engine reads it: BPMN."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.engine.definition import drawings as bpmn

HUMAN = frozenset({"userTask", "manualTask"})
ACTIVITIES = HUMAN | {"scriptTask", "serviceTask", "receiveTask", "subProcess", "callActivity"}
NOTICED = HUMAN | {"receiveTask", "subProcess", "callActivity"}
"""What history tells of when it is taken away."""


class _Shared:
    """Never copied: a drawing belongs to no case."""

    def __deepcopy__(self, memo: object) -> _Shared:
        return self


@dataclass(frozen=True)
class Repeat(_Shared):
    """How often an activity runs."""

    kind: str  # parallel, sequential, loop
    collection: str = ""
    cardinality: str = ""
    item: str = ""
    results: str = ""
    result: str = ""
    until: str = ""
    condition: str = ""
    maximum: int = 0
    test_before: bool = False


@dataclass(frozen=True)
class Element(_Shared):
    """A flow node. `trigger`: what an event waits for or throws; `name`: of the message, the code, the called key."""

    id: str
    kind: str
    trigger: str = ""
    name: str = ""
    text: str = ""  # of a timer
    timer: str = ""  # timeDuration, timeCycle, timeDate
    script: Mapping[str, str] = field(default_factory=dict)  # variable -> expression
    service: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    kept_for: str = ""  # of a thrown message
    host: str = ""
    interrupting: bool = True
    rearms: bool = False  # a date that asks anew after it has fired
    repeat: Repeat | None = None
    inner: Scope | None = None
    passes_all: bool = False

    @property
    def again(self) -> bool:
        """Whether the event may happen more than once while its host is running."""
        if self.kind != "boundaryEvent" or self.interrupting:
            return False
        return self.trigger in ("message", "escalation") or self.timer == "timeCycle" or self.rearms


@dataclass(frozen=True)
class Way(_Shared):
    """A sequence flow."""

    source: str
    target: str
    condition: str = ""
    default: bool = False


@dataclass(frozen=True)
class Scope(_Shared):
    """The process, or the inside of a sub-process."""

    elements: dict[str, Element]
    ways: list[Way]

    @property
    def start(self) -> Element:
        return next(one for one in self.elements.values() if one.kind == "startEvent")

    def out_of(self, element: Element) -> list[Way]:
        return [way for way in self.ways if way.source == element.id]

    def into(self, element: Element) -> list[Way]:
        return [way for way in self.ways if way.target == element.id]

    def borders(self, host: Element) -> list[Element]:
        return [one for one in self.elements.values() if one.host == host.id]

    def all(self) -> Iterator[Element]:
        for one in self.elements.values():
            yield one
            if one.inner is not None:
                yield from one.inner.all()


class Drawing(_Shared):
    """A process. No dataclass: hypothesis prints it by its short text."""

    def __init__(self, key: str, scope: Scope) -> None:
        self.key, self.scope = key, scope

    def __repr__(self) -> str:
        return f"\n{self.text()}\n"

    def bpmn(self) -> bytes:
        everything = list(self.scope.all())
        declared = "".join(
            f'<{kind} id="{kind}_{name}" name="{name}"{_code(kind, name)}/>'
            for kind in ("message", "error", "escalation")
            for name in sorted({one.name for one in everything if one.trigger == kind and one.name})
        )
        nodes, flows = _content(self.scope)
        return bpmn.drawing(self.key, nodes, flows, extra=declared)

    def text(self) -> str:
        """Short, for people: a line an element, its ways behind it."""
        return "\n".join([f"process {self.key}", *_lines(self.scope, "  ")])


def _code(kind: str, name: str) -> str:
    return "" if kind == "message" else f' {kind}Code="{name}"'


def _content(scope: Scope) -> tuple[list[bpmn.Node], list[str | bpmn.Flow]]:
    flows: list[str | bpmn.Flow] = [bpmn.flow(w.source, w.target, w.condition, w.default) for w in scope.ways]
    return [_node(one) for one in scope.elements.values()], flows


def _node(one: Element) -> bpmn.Node:
    attributes: dict[str, str] = {}
    properties = {"message.ttl": one.kept_for} if one.kept_for else {}
    inner = bpmn.extensions(one.inputs, one.outputs, properties) if one.kind != "callActivity" else _passing(one)
    if one.kind == "userTask":
        attributes["camunda:candidateGroups"] = "desk"
    elif one.kind == "scriptTask":
        inner += "<script>" + "\n".join(f"{k} = {escape(v)}" for k, v in one.script.items()) + "</script>"
    elif one.kind == "serviceTask":
        attributes |= {"camunda:type": "external", "camunda:topic": one.service}
    elif one.kind == "callActivity":
        attributes["calledElement"] = one.name
    elif one.kind == "receiveTask":
        attributes["messageRef"] = f"message_{one.name}"
    elif one.trigger:
        inner += _definition(one)
    if one.host:
        attributes |= {"attachedToRef": one.host, "cancelActivity": str(one.interrupting).lower()}
    if one.inner is not None:
        inner += bpmn.body(*_content(one.inner))
    return bpmn.Node(one.kind, one.id, attributes, inner + _repeat(one.repeat))


def _passing(one: Element) -> str:
    ways = '<camunda:in variables="all"/><camunda:out variables="all"/>' if one.passes_all else ""
    for tag, mapping in (("in", one.inputs), ("out", one.outputs)):
        ways += "".join(f'<camunda:{tag} sourceExpression={quoteattr(v)} target="{k}"/>' for k, v in mapping.items())
    return f"<extensionElements>{ways}</extensionElements>" if ways else ""


def _definition(one: Element) -> str:
    if one.trigger == "timer":
        return f"<timerEventDefinition><{one.timer}>{escape(one.text)}</{one.timer}></timerEventDefinition>"
    reference = f' {one.trigger}Ref="{one.trigger}_{one.name}"' if one.name else ""
    return f"<{one.trigger}EventDefinition{reference}/>"


def _repeat(repeat: Repeat | None) -> str:
    if repeat is None:
        return ""
    if repeat.kind == "loop":
        maximum = f' loopMaximum="{repeat.maximum}"' if repeat.maximum else ""
        before = ' testBefore="true"' if repeat.test_before else ""
        inner = f"<loopCondition>{escape(repeat.condition)}</loopCondition>" if repeat.condition else ""
        return f"<standardLoopCharacteristics{maximum}{before}>{inner}</standardLoopCharacteristics>"
    attributes = ' isSequential="true"' if repeat.kind == "sequential" else ""
    if repeat.collection:
        attributes += f" camunda:collection={quoteattr(repeat.collection)}"
    if repeat.item:
        attributes += f' camunda:elementVariable="{repeat.item}"'
    inner = f"<loopCardinality>{repeat.cardinality}</loopCardinality>" if repeat.cardinality else ""
    if repeat.results:
        inner += f"<loopDataOutputRef>{repeat.results}</loopDataOutputRef>"
        inner += f'<outputDataItem name="{repeat.result}"/>'
    if repeat.until:
        inner += f"<completionCondition>{escape(repeat.until)}</completionCondition>"
    return f"<multiInstanceLoopCharacteristics{attributes}>{inner}</multiInstanceLoopCharacteristics>"


def _lines(scope: Scope, indent: str) -> Iterator[str]:
    for one in scope.elements.values():
        ways = [f"{way.target}{_when(way)}" for way in scope.out_of(one)]
        yield f"{indent}{one.id}: {' '.join(_said(one))}{' -> ' if ways else ''}{' | '.join(ways)}"
        if one.inner is not None:
            yield from _lines(one.inner, indent + "    ")


def _when(way: Way) -> str:
    return f" if {way.condition}" if way.condition else " (default)" if way.default else ""


def _said(one: Element) -> Iterator[str]:
    if one.host:
        yield f"on {one.host}" + ("" if one.interrupting else ", beside it")
    yield one.kind
    values: dict[str, Any] = {"trigger": one.trigger, "name": one.name, "timer": one.text, "service": one.service}
    values |= {"script": dict(one.script), "in": dict(one.inputs), "out": dict(one.outputs), "ttl": one.kept_for}
    yield from (f"{name}={value}" for name, value in values.items() if value)
    if one.repeat is not None:
        yield "repeats(" + ", ".join(f"{k}={v}" for k, v in vars(one.repeat).items() if v) + ")"
