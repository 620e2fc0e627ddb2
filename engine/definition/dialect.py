"""Reads camunda:* and spiffworkflow:* extensions, timers and scripts into element models: once, for every later use."""

from __future__ import annotations

from engine.definition.events import THROWING, event_definition, event_name, trigger_of
from engine.definition.graph import FlowNode, Graph
from engine.definition.model import ElementModel, TimerKind, TimerModel
from engine.definition.repeats import read_repeat
from engine.definition.vocabulary import ACTIVITIES, CAMUNDA, SPIFF, Node, bpmn_children, local_name, namespace, text_of

_TIMER_KINDS: dict[str, TimerKind] = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}


def read_elements(process: Node, graph: Graph, lanes: dict[str, str]) -> dict[str, ElementModel]:
    """Every node by id, and the process under its key, in document order of the levels."""
    key = process.get("id") or ""
    around = ElementModel(
        id=key,
        kind="process",
        name=process.get("name") or key,
        scope=key,
        candidate_groups=_attribute(process, "candidateStarterGroups"),
        properties=_properties(process),
    )
    return {key: around, **{node.id: _read(node, lanes.get(node.id)) for node in graph}}


def form_key_of(xml: Node) -> str | None:
    """The key of the form that an element shows."""
    return _attribute(xml, "formKey") or _attribute(xml, "formRef")


def timer_nodes(xml: Node) -> list[Node]:
    """The timer expressions of an event, however many were written."""
    return [
        time
        for definition in bpmn_children(xml, "timerEventDefinition")
        for time in bpmn_children(definition, *_TIMER_KINDS)
    ]


def _read(node: FlowNode, lane: str | None) -> ElementModel:
    xml = node.xml
    inputs, outputs = _mappings(xml)
    operator = _extension(xml, SPIFF, "serviceTaskOperator")
    called = _called(xml)  # the service, if any, is named on an event's definition, or on the element itself
    raised = _definition(xml)
    return ElementModel(
        id=node.id,
        kind=node.kind,
        name=xml.get("name") or "",
        scope=node.level.id,
        lane=lane,
        assignee=_attribute(xml, "assignee"),
        candidate_users=_attribute(xml, "candidateUsers"),
        candidate_groups=_attribute(xml, "candidateGroups"),
        form_key=form_key_of(xml),
        due_date=_attribute(xml, "dueDate"),
        priority=_attribute(xml, "priority"),
        service=_service(called, operator),
        inputs=inputs,
        outputs=outputs,
        result_variable=_attribute(called, "resultVariable")
        or (operator is not None and operator.get("resultVariable"))
        or None,
        script=text_of(next(iter(bpmn_children(xml, "script")), None)) or None,
        properties=_properties(xml),
        attached_to=node.attached_to,
        interrupting=xml.get("cancelActivity") != "false",
        timer=_timer(xml),
        trigger=trigger_of(xml),
        event_name=event_name(xml),
        code_variable=_attribute(raised, "errorCodeVariable") or _attribute(raised, "escalationCodeVariable"),
        message_variable=_attribute(raised, "errorMessageVariable"),
        repeat=read_repeat(xml) if node.kind in ACTIVITIES else None,
        calls=(xml.get("calledElement") or "").strip() or None if node.kind == "callActivity" else None,
        passes_all=_all_variables(xml, "in"),
        returns_all=_all_variables(xml, "out"),
        decision=_attribute(xml, "decisionRef"),
        decision_result=_attribute(xml, "mapDecisionResult") or "resultList",
    )


def _definition(xml: Node) -> Node:
    """The event definition of an event; the element itself where there is none."""
    definition = event_definition(xml)
    return xml if definition is None else definition


def _called(xml: Node) -> Node:
    """Where a service is named: on a throwing event's message, else on the element itself."""
    return _definition(xml) if local_name(xml) in THROWING else xml


def _all_variables(xml: Node, way: str) -> bool:
    return any(one.get("variables") == "all" for one in passed_variables(xml, way))


def _attribute(xml: Node, name: str) -> str | None:
    value = (xml.get(f"{{{CAMUNDA}}}{name}") or "").strip()
    return value or None


def _service(xml: Node, operator: Node | None) -> str | None:
    if operator is not None:
        return (operator.get("id") or "").strip() or None
    return _attribute(xml, "topic") if _attribute(xml, "type") == "external" else None


def _extension(xml: Node, space: str, name: str) -> Node | None:
    return next(iter(_extension_children(xml, space, name)), None)


def _extension_children(xml: Node, space: str, name: str) -> list[Node]:
    return [
        child
        for extensions in bpmn_children(xml, "extensionElements")
        for child in extensions
        if (namespace(child.tag), local_name(child)) == (space, name)
    ]


def _properties(xml: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for space in (SPIFF, CAMUNDA):
        properties = _extension(xml, space, "properties")
        for item in properties if properties is not None else ():
            name = (item.get("name") or "").strip()
            if name:
                found[name] = (item.get("value") or "").strip()
    return found


def passed_variables(xml: Node, way: str) -> list[Node]:
    """What a call activity passes: the camunda:in or camunda:out elements."""
    return _extension_children(xml, CAMUNDA, way)


def _mappings(xml: Node) -> tuple[dict[str, str], dict[str, str]]:
    """Inputs and outputs: of camunda:inputOutput, or the parameters of a Spiff operator, which are expressions."""
    inputs: dict[str, str] = {}
    outputs: dict[str, str] = {}
    operator = _extension(xml, SPIFF, "serviceTaskOperator")
    for parameter in operator.iter(f"{{{SPIFF}}}parameter") if operator is not None else ():
        inputs[parameter.get("id") or ""] = "${" + (parameter.get("value") or "").strip() + "}"
    mapping = _extension(xml, CAMUNDA, "inputOutput")
    for parameter in mapping if mapping is not None else ():
        target = outputs if local_name(parameter) == "outputParameter" else inputs
        target[(parameter.get("name") or "").strip()] = text_of(parameter)
    for way, target in (("in", inputs), ("out", outputs)):
        for passed in passed_variables(xml, way):
            if passed.get("target"):
                target[passed.get("target").strip()] = _passed(passed)
    return inputs, outputs


def _passed(passed: Node) -> str:
    """What a call activity hands over: a variable, or an expression."""
    source = (passed.get("source") or "").strip()
    return "${" + source + "}" if source else (passed.get("sourceExpression") or "").strip()


def _timer(xml: Node) -> TimerModel | None:
    for time in timer_nodes(xml):
        if text_of(time):
            return TimerModel(_TIMER_KINDS[local_name(time)], text_of(time))
    return None
