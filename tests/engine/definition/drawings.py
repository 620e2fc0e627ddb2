"""Writes compact BPMN files from Python: `drawing("p", [start("s"), user("a"), end("e")], ["s -> a -> e"])`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

_NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"'
)


@dataclass(frozen=True)
class Node:
    """One element of the drawing; `inner` is XML text that stands in it."""

    kind: str
    id: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    inner: str = ""


@dataclass(frozen=True)
class Flow:
    """One sequence flow; its id is `f_<source>_<target>` unless given."""

    source: str
    target: str
    condition: str = ""
    default: bool = False
    id: str = ""

    @property
    def key(self) -> str:
        return self.id or f"f_{self.source}_{self.target}"


Flows = Iterable[str | Flow]


def start(id: str, name: str = "", **attributes: str) -> Node:
    return Node("startEvent", id, _attributes(name, attributes))


def end(id: str, name: str = "", terminate: bool = False) -> Node:
    return Node("endEvent", id, _attributes(name, {}), "<terminateEventDefinition/>" if terminate else "")


def user(id: str, name: str = "", properties: Mapping[str, str] | None = None, **attributes: str) -> Node:
    """`attributes` are camunda's: assignee, candidateUsers, candidateGroups, formKey, dueDate, priority …"""
    return Node("userTask", id, _attributes(name, attributes), extensions(properties=properties))


def manual(id: str, name: str = "") -> Node:
    return Node("manualTask", id, _attributes(name, {}))


def service(
    id: str,
    topic: str,
    name: str = "",
    inputs: Mapping[str, str] | None = None,
    outputs: Mapping[str, str] | None = None,
    properties: Mapping[str, str] | None = None,
    **attributes: str,
) -> Node:
    """A call of the registered service `topic`."""
    inner = extensions(inputs, outputs, properties)
    return Node("serviceTask", id, _attributes(name, {"type": "external", "topic": topic, **attributes}), inner)


def script(id: str, source: str, name: str = "") -> Node:
    return Node("scriptTask", id, _attributes(name, {}), f"<script>{escape(source)}</script>")


def exclusive(id: str, name: str = "") -> Node:
    return Node("exclusiveGateway", id, _attributes(name, {}))


def parallel(id: str, name: str = "") -> Node:
    return Node("parallelGateway", id, _attributes(name, {}))


def inclusive(id: str, name: str = "") -> Node:
    return Node("inclusiveGateway", id, _attributes(name, {}))


def events(id: str, name: str = "") -> Node:
    """An event-based gateway."""
    return Node("eventBasedGateway", id, _attributes(name, {}))


def decision(id: str, ref: str, name: str = "", **attributes: str) -> Node:
    """A rule task; `attributes` are camunda's: resultVariable, mapDecisionResult …"""
    return Node("businessRuleTask", id, _attributes(name, {"decisionRef": ref, **attributes}))


def call(id: str, called: str, inner: str = "", name: str = "") -> Node:
    """A call activity; `inner`: camunda:in and camunda:out."""
    extended = f"<extensionElements>{inner}</extensionElements>" if inner else ""
    return Node("callActivity", id, {**_attributes(name, {}), "calledElement": called}, extended)


def send(id: str, message: str, **attributes: str) -> Node:
    return Node("sendTask", id, {**_attributes("", attributes), "messageRef": message})


def receive(id: str, message: str, outputs: Mapping[str, str] | None = None) -> Node:
    return Node("receiveTask", id, {"messageRef": message}, extensions(outputs=outputs))


def catch(id: str, trigger: str, what: str, kind: str = "intermediateCatchEvent") -> Node:
    """A waiting event. `trigger`: message or signal (`what`: its name), or timer (`what`: a duration)."""
    return Node(kind, id, {}, definition(trigger, what))


def throw(id: str, trigger: str = "", what: str = "", kind: str = "intermediateThrowEvent") -> Node:
    """A throwing event; `kind`: intermediateThrowEvent or endEvent."""
    return Node(kind, id, {}, definition(trigger, what) if trigger else "")


def boundary(id: str, host: str, trigger: str, what: str = "", interrupting: bool = True, **attributes: str) -> Node:
    """An event on the border of `host`; `attributes` are camunda's, on its definition: errorCodeVariable …"""
    around = {"attachedToRef": host} if interrupting else {"attachedToRef": host, "cancelActivity": "false"}
    return Node("boundaryEvent", id, around, definition(trigger, what, **attributes))


def definition(trigger: str, what: str = "", **attributes: str) -> str:
    """An event definition; `what`: the name or code that it refers to, or a timer's duration."""
    if trigger == "timer":
        return f"<timerEventDefinition><timeDuration>{escape(what)}</timeDuration></timerEventDefinition>"
    reference = {f"{trigger}Ref": f"{trigger}_{what}"} if what else {}
    written = "".join(f" {key}={quoteattr(text)}" for key, text in {**reference, **_attributes("", attributes)}.items())
    return f"<{trigger}EventDefinition{written}/>"


def declared(**names: Iterable[str]) -> str:
    """Declarations beside the process: `declared(message=["paid"], error=["late"])`. Ids are `message_paid` …"""
    return "".join(
        f'<{kind} id="{kind}_{name}" name={quoteattr(name)}'
        + (f" {kind}Code={quoteattr(name)}" if kind in {"error", "escalation"} else "")
        + "/>"
        for kind, of_kind in names.items()
        for name in of_kind
    )


def several(node: Node, sequential: bool = False, item: str = "", collection: str = "", **parts: str) -> Node:
    """The activity as a multi-instance. `parts`: cardinality, until, results, result."""
    written = {"isSequential": "true"} if sequential else {}
    written |= {f"camunda:{key}": text for key, text in (("collection", collection), ("elementVariable", item)) if text}
    tags = {"cardinality": "loopCardinality", "results": "loopDataOutputRef", "until": "completionCondition"}
    inner = "".join(f"<{tags[key]}>{escape(text)}</{tags[key]}>" for key, text in parts.items() if key in tags)
    inner += f'<outputDataItem id="{node.id}_item" name={quoteattr(parts["result"])}/>' if "result" in parts else ""
    return _with(node, "multiInstanceLoopCharacteristics", written, inner)


def again(node: Node, while_: str = "", maximum: str = "", before: bool = False) -> Node:
    """The activity as a standard loop."""
    written = {**({"loopMaximum": maximum} if maximum else {}), **({"testBefore": "true"} if before else {})}
    inner = f"<loopCondition>{escape(while_)}</loopCondition>" if while_ else ""
    return _with(node, "standardLoopCharacteristics", written, inner)


def _with(node: Node, kind: str, attributes: Mapping[str, str], inner: str) -> Node:
    written = "".join(f" {key}={quoteattr(text)}" for key, text in attributes.items())
    return Node(node.kind, node.id, node.attributes, f"{node.inner}<{kind}{written}>{inner}</{kind}>")


def sub(
    id: str, nodes: Iterable[Node], flows: Flows, name: str = "", properties: Mapping[str, str] | None = None
) -> Node:
    """An embedded sub-process."""
    return Node("subProcess", id, _attributes(name, {}), extensions(properties=properties) + body(nodes, flows))


def timer(id: str, host: str, text: str, kind: str = "timeDuration", interrupting: bool = True, name: str = "") -> Node:
    """A timer on the border of `host`; `kind`: timeDuration, timeDate or timeCycle."""
    attributes = {**_attributes(name, {}), "attachedToRef": host}
    if not interrupting:
        attributes["cancelActivity"] = "false"
    inner = f"<timerEventDefinition><{kind}>{escape(text)}</{kind}></timerEventDefinition>"
    return Node("boundaryEvent", id, attributes, inner)


def element(kind: str, id: str, inner: str = "", **attributes: str) -> Node:
    """Any other element; attributes are BPMN's own."""
    return Node(kind, id, attributes, inner)


def flow(source: str, target: str, condition: str = "", default: bool = False, id: str = "") -> Flow:
    return Flow(source, target, condition, default, id)


def drawing(
    process_id: str,
    nodes: Iterable[Node],
    flows: Flows,
    *,
    name: str = "",
    lanes: Mapping[str, Iterable[str]] | None = None,
    properties: Mapping[str, str] | None = None,
    executable: str | None = "true",
    encoding: str | None = None,
    extra: str = "",
) -> bytes:
    """A whole BPMN file. A flow is a Flow, or a chain of node ids such as "a -> b -> c".

    `lanes`: lane name -> node ids; `properties`: of the process; `encoding`: declared and used (None: UTF-8,
    undeclared); `extra`: XML text beside the process.
    """
    marked = "" if executable is None else f' isExecutable="{executable}"'
    lane_set = "".join(
        f'<lane id="lane_{number}" name={quoteattr(lane)}>'
        + "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in members)
        + "</lane>"
        for number, (lane, members) in enumerate((lanes or {}).items())
    )
    text = (
        f'<definitions {_NAMESPACES} id="{process_id}_definitions" targetNamespace="urn:test">'
        f"<process id={quoteattr(process_id)} name={quoteattr(name or process_id)}{marked}>"
        + extensions(properties=properties)
        + (f"<laneSet>{lane_set}</laneSet>" if lanes else "")
        + body(nodes, flows)
        + f"</process>{extra}</definitions>"
    )
    if encoding is None:
        return text.encode()
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)


def body(nodes: Iterable[Node], flows: Flows) -> str:
    """The XML of nodes and flows of one level."""
    all_flows = _all(flows)
    defaults = {one.source: one.key for one in all_flows if one.default}
    return "".join(_node(node, defaults.get(node.id)) for node in nodes) + "".join(_flow(one) for one in all_flows)


def extensions(
    inputs: Mapping[str, str] | None = None,
    outputs: Mapping[str, str] | None = None,
    properties: Mapping[str, str] | None = None,
) -> str:
    """camunda:inputOutput and camunda:properties; "" for none."""
    mapping = _parameters("inputParameter", inputs) + _parameters("outputParameter", outputs)
    listed = "".join(
        f"<camunda:property name={quoteattr(key)} value={quoteattr(value)}/>"
        for key, value in (properties or {}).items()
    )
    inner = (f"<camunda:inputOutput>{mapping}</camunda:inputOutput>" if mapping else "") + (
        f"<camunda:properties>{listed}</camunda:properties>" if listed else ""
    )
    return f"<extensionElements>{inner}</extensionElements>" if inner else ""


def _parameters(tag: str, values: Mapping[str, str] | None) -> str:
    return "".join(
        f"<camunda:{tag} name={quoteattr(key)}>{escape(text)}</camunda:{tag}>" for key, text in (values or {}).items()
    )


def _attributes(name: str, camunda: Mapping[str, str]) -> dict[str, str]:
    named = {"name": name} if name else {}
    return {**named, **{f"camunda:{key}": value for key, value in camunda.items()}}


def _node(node: Node, default: str | None) -> str:
    attributes = {"id": node.id, **node.attributes, **({"default": default} if default else {})}
    written = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{node.kind} {written}>{node.inner}</{node.kind}>"


def _flow(one: Flow) -> str:
    ends = f"id={quoteattr(one.key)} sourceRef={quoteattr(one.source)} targetRef={quoteattr(one.target)}"
    if not one.condition:
        return f"<sequenceFlow {ends}/>"
    condition = f'<conditionExpression xsi:type="tFormalExpression">{escape(one.condition)}</conditionExpression>'
    return f"<sequenceFlow {ends}>{condition}</sequenceFlow>"


def _all(flows: Flows) -> list[Flow]:
    found: list[Flow] = []
    for one in flows:
        if isinstance(one, Flow):
            found.append(one)
            continue
        ids = [part.strip() for part in one.split("->")]
        found.extend(Flow(source, target) for source, target in pairwise(ids))
    return found
