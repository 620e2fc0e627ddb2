"""Reads what an event waits for or tells: its trigger, the name of its message or signal, the code of its error."""

from __future__ import annotations

from engine.definition.vocabulary import EVENTS, TRIGGERS, Node, bpmn_children, local_name

MESSAGE_TASKS = frozenset({"sendTask", "receiveTask"})
THROWING = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})
NAMED = frozenset({"message", "signal"})  # triggers that mean nothing without a name
RAISED = frozenset({"error", "escalation"})  # triggers that strike the activities around them, outwards

_SUFFIX = "EventDefinition"
_CODES = {"error": "errorCode", "escalation": "escalationCode"}


def trigger_of(xml: Node) -> str:
    """ "message", "timer" …; "" for an event without one, and for everything that is no event."""
    if local_name(xml) in MESSAGE_TASKS:
        return "message"
    definition = event_definition(xml)
    return local_name(definition).removesuffix(_SUFFIX) if definition is not None else ""


def event_definition(xml: Node) -> Node | None:
    """The event definition of an event; of a send or receive task itself."""
    if local_name(xml) in MESSAGE_TASKS:
        return xml
    if local_name(xml) not in EVENTS:
        return None
    return next((child for child in bpmn_children(xml) if local_name(child) in TRIGGERS), None)


def event_name(xml: Node) -> str | None:
    """The name of the message or signal, or the code of the error or escalation, that the event refers to."""
    trigger, definition = trigger_of(xml), event_definition(xml)
    if definition is None:
        return None
    declared = _declaration(xml, trigger, definition.get(f"{trigger}Ref"))
    if declared is None:
        return None
    code = (declared.get(_CODES.get(trigger, "name")) or declared.get("name") or "").strip()
    return code or None


def is_dangling(xml: Node) -> bool:
    """Whether the event refers to a message, signal, error or escalation that the file does not declare."""
    definition, trigger = event_definition(xml), trigger_of(xml)
    reference = definition.get(f"{trigger}Ref") if definition is not None else None
    return reference is not None and _declaration(xml, trigger, reference) is None


def _declaration(xml: Node, trigger: str, reference: str | None) -> Node | None:
    if reference is None:
        return None
    local = reference.rpartition(":")[2]  # a QName, as some tools write it
    root = xml.getroottree().getroot()
    return next((one for one in bpmn_children(root, trigger) if one.get("id") in (reference, local)), None)
