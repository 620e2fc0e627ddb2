"""Events and the gateway that waits for them: what is waited for has a name, what is thrown can be caught."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition.collector import Collector
from engine.definition.events import NAMED, THROWING, is_dangling
from engine.definition.graph import FlowNode, Graph
from engine.definition.model import ElementModel
from engine.definition.vocabulary import kind_words

AWAITED = frozenset({"intermediateCatchEvent", "receiveTask"})  # what may follow an event-based gateway
MAX_EVENT_NAME = 100  # letters of a message, signal, error or escalation


def check_events(graph: Graph, elements: Mapping[str, ElementModel], collector: Collector) -> None:
    """Check every event, message task and event-based gateway that the profile lets run."""
    for node in graph:
        if node.refused:
            continue
        model = elements[node.id]
        if node.kind == "eventBasedGateway":
            _check_gateway(node, collector)
        if is_dangling(node.xml):
            collector.add("event_reference_unknown", node.xml)
        elif model.trigger in NAMED and not model.event_name and not (node.kind in THROWING and model.service):
            collector.add("event_name_missing", node.xml)
        elif len(model.event_name or "") > MAX_EVENT_NAME:
            collector.add("event_name_too_long", node.xml, limit=MAX_EVENT_NAME)
        if model.trigger == "error":
            _check_error(node, model, elements, collector)


def _check_gateway(node: FlowNode, collector: Collector) -> None:
    if len(node.outgoing) < 2:
        collector.add("event_gateway_alone", node.xml)
    for flow in node.outgoing:
        target = node.level.nodes[flow.target]
        if target.kind not in AWAITED or len(target.incoming) != 1:
            collector.add("event_gateway_target", target.xml, kind=kind_words(target.kind))


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
    while elements[scope].scope != scope:
        scopes.add(scope)
        scope = elements[scope].scope
    return any(
        one.kind == "boundaryEvent"
        and one.trigger == "error"
        and one.attached_to in scopes
        and one.event_name in (None, thrown.event_name)
        for one in elements.values()
    )
