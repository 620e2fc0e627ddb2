"""The positive list: which BPMN elements, events and attributes may be published. What is not on it is refused."""

from __future__ import annotations

from engine.definition.collector import Collector, words_of
from engine.definition.extension_profile import check_extensions, check_foreign_attributes
from engine.definition.vocabulary import (
    BPMN,
    CHOICES,
    DIAGRAM,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    REFUSED_FLOW_NODES,
    TASKS,
    TRIGGERS,
    Node,
    bpmn_children,
    event_words,
    local_name,
    namespace,
)

_ARTIFACTS = frozenset({"textAnnotation", "association", "group"})
_DOCUMENTED = frozenset({"documentation", "extensionElements"})
_IN_SCOPE = FLOW_NODES | _ARTIFACTS | _DOCUMENTED | {"sequenceFlow", "laneSet"}
_IN_NODE = _DOCUMENTED | {"incoming", "outgoing"}
_IN_ACTIVITY = _IN_NODE | {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}
_DECLARATIONS = frozenset({"message", "signal", "error", "escalation", "itemDefinition", "category"})

# Which BPMN elements may stand in which. Declarations without use do nothing and are let through.
_CHILDREN: dict[str, frozenset[str]] = {
    "definitions": _DOCUMENTED | _DECLARATIONS | {"process", "collaboration"},
    "collaboration": _DOCUMENTED | _ARTIFACTS | {"participant"},
    "participant": _DOCUMENTED | {"participantMultiplicity"},
    "process": _IN_SCOPE,
    "subProcess": _IN_SCOPE | _IN_ACTIVITY,
    **dict.fromkeys(TASKS - {"scriptTask"} | {"callActivity"}, _IN_ACTIVITY),
    "scriptTask": _IN_ACTIVITY | {"script"},
    **dict.fromkeys(GATEWAYS, _IN_NODE),
    **dict.fromkeys(EVENTS, _IN_NODE | (TRIGGERS.keys() - {""})),
    "timerEventDefinition": frozenset({"timeDate", "timeDuration", "timeCycle", *_DOCUMENTED}),
    **dict.fromkeys(
        (
            "terminateEventDefinition",
            "messageEventDefinition",
            "signalEventDefinition",
            "errorEventDefinition",
            "escalationEventDefinition",
        ),
        _DOCUMENTED,
    ),
    "multiInstanceLoopCharacteristics": frozenset(
        {"loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem"}
    )
    | {"completionCondition", *_DOCUMENTED},
    "standardLoopCharacteristics": frozenset({"loopCondition", *_DOCUMENTED}),
    "laneSet": _DOCUMENTED | {"lane"},
    "lane": _DOCUMENTED | {"flowNodeRef", "childLaneSet"},
    "childLaneSet": _DOCUMENTED | {"lane"},
    "sequenceFlow": _DOCUMENTED | {"conditionExpression"},
    "textAnnotation": _DOCUMENTED | {"text"},
    "association": _DOCUMENTED,
    "group": _DOCUMENTED,
}
_NOT_ENTERED = _DECLARATIONS | {"extensionElements"}

_NAMED = frozenset({"id", "name"})
_ACTIVITY = _NAMED | {"default", "startQuantity", "completionQuantity", "isForCompensation"}
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "definitions": _NAMED | {"targetNamespace", "exporter", "exporterVersion", "expressionLanguage", "typeLanguage"},
    "collaboration": _NAMED | {"isClosed"},
    "participant": _NAMED | {"processRef"},
    "participantMultiplicity": _NAMED | {"minimum", "maximum"},
    "process": _NAMED | {"isExecutable", "processType", "isClosed"},
    "subProcess": _ACTIVITY | {"triggeredByEvent"},
    "userTask": _ACTIVITY | {"implementation"},
    "serviceTask": _ACTIVITY | {"implementation"},
    "manualTask": _ACTIVITY,
    "scriptTask": _ACTIVITY | {"scriptFormat"},
    "businessRuleTask": _ACTIVITY | {"implementation"},
    "sendTask": _ACTIVITY | {"implementation", "messageRef", "operationRef"},
    "receiveTask": _ACTIVITY | {"implementation", "messageRef", "operationRef", "instantiate"},
    "callActivity": _ACTIVITY | {"calledElement"},
    **dict.fromkeys(CHOICES, _NAMED | {"default", "gatewayDirection"}),
    "parallelGateway": _NAMED | {"gatewayDirection"},
    "eventBasedGateway": _NAMED | {"gatewayDirection", "instantiate", "eventGatewayType"},
    "multiInstanceLoopCharacteristics": _NAMED | {"isSequential", "behavior"},
    "standardLoopCharacteristics": _NAMED | {"testBefore", "loopMaximum"},
    "messageEventDefinition": _NAMED | {"messageRef"},
    "signalEventDefinition": _NAMED | {"signalRef"},
    "errorEventDefinition": _NAMED | {"errorRef"},
    "escalationEventDefinition": _NAMED | {"escalationRef"},
    "message": _NAMED | {"itemRef"},
    "inputDataItem": _NAMED | {"itemSubjectRef", "isCollection"},
    "outputDataItem": _NAMED | {"itemSubjectRef", "isCollection"},
    "startEvent": _NAMED | {"isInterrupting", "parallelMultiple"},
    "endEvent": _NAMED,
    "intermediateThrowEvent": _NAMED,
    "intermediateCatchEvent": _NAMED | {"parallelMultiple"},
    "boundaryEvent": _NAMED | {"attachedToRef", "cancelActivity", "parallelMultiple"},
    "sequenceFlow": _NAMED | {"sourceRef", "targetRef", "isImmediate"},
    "conditionExpression": _NAMED | {"language", "evaluatesToTypeRef"},
    **dict.fromkeys(
        ("timeDate", "timeDuration", "timeCycle", "loopCardinality", "completionCondition", "loopCondition"),
        _NAMED | {"language", "evaluatesToTypeRef"},
    ),
    "lane": _NAMED | {"partitionElementRef"},
    "documentation": _NAMED | {"textFormat"},
    "textAnnotation": _NAMED | {"textFormat"},
    "association": _NAMED | {"sourceRef", "targetRef", "associationDirection"},
    "group": _NAMED | {"categoryValueRef"},
}
_ONCE = frozenset(  # a second one would be read by nobody
    {"script", "conditionExpression", "loopCondition", "loopCardinality", "loopDataInputRef", "loopDataOutputRef"}
    | {"inputDataItem", "outputDataItem", "completionCondition", "extensionElements"}
)
_BOOLEANS = frozenset({"triggeredByEvent", "isForCompensation", "cancelActivity", "isSequential", "testBefore"})
_ONLY = {"parallelMultiple": "false", "instantiate": "false", "eventGatewayType": "Exclusive", "behavior": "All"}
_QUANTITIES = frozenset({"startQuantity", "completionQuantity"})

_WAITED_FOR = frozenset({"timerEventDefinition", "messageEventDefinition", "signalEventDefinition"})
_RAISED = frozenset({"errorEventDefinition", "escalationEventDefinition"})
ALLOWED_TRIGGERS = {
    "startEvent": _WAITED_FOR | {""},
    "endEvent": _RAISED | {"", "terminateEventDefinition", "messageEventDefinition", "signalEventDefinition"},
    "boundaryEvent": _WAITED_FOR | _RAISED,
    "intermediateCatchEvent": _WAITED_FOR,
    "intermediateThrowEvent": frozenset(
        {"", "messageEventDefinition", "signalEventDefinition", "escalationEventDefinition"}
    ),
}
_OWN_CODES = {"complexGateway": "complex_gateway", "adHocSubProcess": "ad_hoc_subprocess"}


def check_profile(node: Node, collector: Collector) -> None:
    """Check an element and all that stands in it against the positive list."""
    kind = local_name(node)
    _check_attributes(node, kind, collector)
    check_foreign_attributes(node, kind, collector)
    if kind in EVENTS:
        _check_trigger(node, kind, collector)
    if kind == "subProcess" and node.get("triggeredByEvent") == "true":
        collector.add("event_subprocess", node)
    if node.get("isForCompensation") == "true":
        collector.add("compensation", node, kind=words_of(node))
    _check_once(node, collector)
    for child in node:
        _check_child(child, kind, collector)


def _check_once(node: Node, collector: Collector) -> None:
    seen: set[str] = set()
    for part in bpmn_children(node, *_ONCE):
        if local_name(part) in seen:
            collector.add("part_twice", part, kind=words_of(part))
        seen.add(local_name(part))


def refused_triggers(node: Node) -> bool:
    """Whether an event is refused for its event definition, or lack of one."""
    kind = local_name(node)
    return kind in EVENTS and not set(triggers(node)) <= _allowed_triggers(node)


def triggers(node: Node) -> list[str]:
    """The event definitions of an event; [""] for none."""
    return [local_name(child) for child in bpmn_children(node) if local_name(child) in TRIGGERS] or [""]


def _check_child(child: Node, parent: str, collector: Collector) -> None:
    kind = local_name(child)
    if namespace(child.tag) == DIAGRAM:
        return
    if namespace(child.tag) != BPMN:
        collector.add("element_not_in_profile", child, kind=words_of(child))
    elif kind in REFUSED_FLOW_NODES:
        _refuse_flow_node(child, kind, collector)
    elif kind not in _CHILDREN.get(parent, frozenset()):
        collector.add("element_not_in_profile", child, kind=words_of(child))
    elif kind == "extensionElements":
        check_extensions(child, parent, collector)
    elif kind not in _NOT_ENTERED and (kind not in TRIGGERS or kind in _CHILDREN):
        check_profile(child, collector)


def _refuse_flow_node(node: Node, kind: str, collector: Collector) -> None:
    """Refuse the node itself; what stands in it is still looked at, so that all findings come at once."""
    collector.add(_OWN_CODES.get(kind, "element_not_in_profile"), node, kind=words_of(node))
    for child in bpmn_children(node, *(_IN_SCOPE | REFUSED_FLOW_NODES)):
        _check_child(child, "subProcess", collector)


def _check_trigger(node: Node, kind: str, collector: Collector) -> None:
    found = triggers(node)
    if len(found) > 1:
        collector.add("several_event_definitions", node)
    for trigger in found:
        if trigger in _allowed_triggers(node):
            continue
        words = event_words(kind, trigger)
        if trigger == "linkEventDefinition":
            collector.add("link_event", node)
        elif trigger == "compensateEventDefinition":
            collector.add("compensation", node, kind=words)
        else:
            collector.add("element_not_in_profile", node, kind=words)


def _allowed_triggers(node: Node) -> frozenset[str]:
    """A sub-process begins when a token enters it; only the process itself waits for something to begin with."""
    kind = local_name(node)
    if kind == "startEvent" and local_name(node.getparent()) != "process":
        return frozenset({""})
    return ALLOWED_TRIGGERS[kind]


def _check_attributes(node: Node, kind: str, collector: Collector) -> None:
    """Attributes without a namespace belong to BPMN: each must be known, and those that bend a token must be plain."""
    known = _ATTRIBUTES.get(kind, _NAMED)
    for name, value in node.attrib.items():
        if namespace(name):
            continue
        if name not in known:
            collector.add("unknown_attribute", node, attribute=name, kind=words_of(node))
        elif name in _QUANTITIES and value != "1":
            collector.add("token_quantity", node, attribute=name)
        elif name in _BOOLEANS and value not in {"true", "false"}:
            collector.add("attribute_value", node, attribute=name, value=value, allowed="true / false")
        elif value != _ONLY.get(name, value):
            collector.add("attribute_value", node, attribute=name, value=value, allowed=_ONLY[name])
