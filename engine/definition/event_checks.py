"""Events and the gateway that waits for them: what is waited for has a name, what is thrown can be caught."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition.collector import Collector, nearest, reason
from engine.definition.events import NAMED, RAISED, THROWING, is_dangling
from engine.definition.expression_checks import has_expression
from engine.definition.graph import FlowNode, Graph
from engine.definition.model import ElementModel
from engine.definition.vocabulary import Words, kind_words
from engine.durations import InvalidTime, parse_duration

AWAITED = frozenset({"intermediateCatchEvent", "receiveTask"})  # what may follow an event-based gateway
MAX_EVENT_NAME = 100  # letters of a message, signal, error or escalation
MESSAGE = "message."  # begins the properties of a message: who exactly is meant, and for how long it is kept
KEY, KEPT_FOR = "message.key", "message.ttl"


def check_events(graph: Graph, elements: Mapping[str, ElementModel], collector: Collector) -> None:
    """Check every event, message task and event-based gateway that the profile lets run."""
    for node in graph:
        if node.refused:
            continue
        model = elements[node.id]
        if node.kind == "eventBasedGateway":
            _check_gateway(node, elements, collector)
        _check_name(node, model, collector)
        if model.trigger == "error":
            _check_error(node, model, elements, collector)
        if any(name.startswith(MESSAGE) for name in model.properties):
            _check_properties(node, model, collector)


def _check_name(node: FlowNode, model: ElementModel, collector: Collector) -> None:
    """A name is plain: what waits for it must find it. Only who catches an error may leave its code open."""
    name = model.event_name or ""
    if is_dangling(node.xml):
        collector.add("event_reference_unknown", node.xml)
    elif model.trigger in NAMED and not name and not (node.kind in THROWING and model.service):
        collector.add("event_name_missing", node.xml)
    elif model.trigger in RAISED and not name and node.kind in THROWING:
        collector.add("event_code_missing", node.xml)
    elif len(name) > MAX_EVENT_NAME:
        collector.add("event_name_too_long", node.xml, limit=MAX_EVENT_NAME)
    elif "${" in name or "#{" in name:
        collector.add("event_name_expression", node.xml, name=name)


def _check_properties(node: FlowNode, model: ElementModel, collector: Collector) -> None:
    """How a message finds who is meant, and how long it is kept."""
    sent = node.kind in THROWING
    known = {KEY, KEPT_FOR} if sent else {KEY}
    for name in model.properties:
        if name.startswith(MESSAGE) and (name not in known or model.trigger != "message"):
            hint = nearest(name, known) if model.trigger == "message" else Words("", "")
            collector.add("unknown_property", node.xml, name=name, hint=hint)
    text = model.properties.get(KEPT_FOR, "")
    if not text or has_expression(text):
        return
    try:
        parse_duration(text)
    except InvalidTime as error:
        collector.add("timer_invalid", node.xml, text=text, reason=reason(error))


def _check_gateway(node: FlowNode, elements: Mapping[str, ElementModel], collector: Collector) -> None:
    if len(node.outgoing) < 2:
        collector.add("event_gateway_alone", node.xml)
    for flow in node.outgoing:
        target = node.level.nodes[flow.target]
        if target.kind not in AWAITED or len(target.incoming) != 1:
            collector.add("event_gateway_target", target.xml, kind=kind_words(target.kind))
        elif elements[target.id].repeat or any(one.attached_to == target.id for one in elements.values()):
            collector.add("event_gateway_receive_task", target.xml)


def _check_error(
    node: FlowNode, model: ElementModel, elements: Mapping[str, ElementModel], collector: Collector
) -> None:
    """An error ends what it strikes; one that nobody catches stops the case."""
    if node.kind == "boundaryEvent" and not model.interrupting:
        collector.add("error_not_interrupting", node.xml)
    if node.kind == "endEvent" and not _is_caught(model, elements):
        collector.add("error_not_caught", node.xml, name=model.event_name or "–")


def _is_caught(thrown: ElementModel, elements: Mapping[str, ElementModel]) -> bool:
    scopes = set[str]()
    scope = thrown.scope
    while scope in elements and elements[scope].scope != scope:  # a process without an id is another finding
        scopes.add(scope)
        scope = elements[scope].scope
    return any(
        one.kind == "boundaryEvent"
        and one.trigger == "error"
        and one.attached_to in scopes
        and one.event_name in (None, thrown.event_name)
        for one in elements.values()
    )
