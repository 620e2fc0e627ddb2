"""The positive list of the dialect: which camunda:* and spiffworkflow:* extensions may stand where."""

from __future__ import annotations

from engine.definition.collector import Collector, words_of
from engine.definition.vocabulary import CAMUNDA, EVENTS, SPIFF, XSI, Node, local_name, namespace

_CALL = frozenset({"type", "topic", "resultVariable"})  # of a registered service

# Read by us, by element.
_READ_ATTRIBUTES: dict[str, frozenset[str]] = {
    "process": frozenset({"candidateStarterGroups"}),
    "userTask": frozenset(
        {"assignee", "candidateUsers", "candidateGroups", "formKey", "formRef", "dueDate", "priority"}
    ),
    "serviceTask": _CALL,
    "sendTask": _CALL,
    "businessRuleTask": _CALL | {"decisionRef", "decisionRefBinding", "mapDecisionResult"},
    "messageEventDefinition": _CALL,
    "callActivity": frozenset({"calledElementBinding"}),
    "startEvent": frozenset({"formKey", "formRef"}),
    "multiInstanceLoopCharacteristics": frozenset({"collection", "elementVariable"}),
    "errorEventDefinition": frozenset({"errorCodeVariable", "errorMessageVariable"}),
    "escalationEventDefinition": frozenset({"escalationCodeVariable"}),
}
_LATEST = frozenset({"calledElementBinding", "decisionRefBinding"})  # what is bound at another time is not understood
_HARMLESS_ATTRIBUTES = frozenset(
    {
        "historyTimeToLive",
        "versionTag",
        "isStartableInTasklist",
        "formRefBinding",
        "diagramRelationId",
        "modelerTemplate",
    }
    | {"modelerTemplateVersion"}
)
_IGNORED_ATTRIBUTES = frozenset({"followUpDate", "taskPriority"})
_MAPPING = frozenset({(CAMUNDA, "inputOutput")})
_READ_ELEMENTS: dict[str, frozenset[tuple[str, str]]] = {
    "serviceTask": _MAPPING | {(SPIFF, "serviceTaskOperator")},
    "callActivity": frozenset({(CAMUNDA, "in"), (CAMUNDA, "out")}),
    **dict.fromkeys(EVENTS | {"sendTask", "receiveTask", "businessRuleTask"}, _MAPPING),
}
_READ_EVERYWHERE = frozenset({(CAMUNDA, "properties"), (SPIFF, "properties")})
_HARMLESS_ELEMENTS = frozenset(
    {(SPIFF, "unitTests"), (SPIFF, "instructionsForEndUser"), (CAMUNDA, "modelerTemplateIcon")}
)

# Dialects of engines whose extensions change how a process runs.
_ENGINES = {
    CAMUNDA: "camunda",
    SPIFF: "spiffworkflow",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
}
_DRAWING = frozenset(
    {
        XSI,
        "http://www.w3.org/XML/1998/namespace",
        "http://bpmn.io/schema/bpmn",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://camunda.org/schema/modeler/1.0",
    }
)
_REMARKED = {"http://camunda.org/schema/zeebe/1.0": "zeebe"}


def check_foreign_attributes(node: Node, kind: str, collector: Collector) -> None:
    """Attributes in a namespace: ours by element, harmless ones let through, the rest named."""
    for name in node.attrib:
        space = namespace(name)
        if not space or space in _DRAWING:
            continue
        local = name.rpartition("}")[2]
        if space not in _ENGINES:
            collector.add("unknown_extension", node, extension=_label(space, local))
        elif space == CAMUNDA and local in _READ_ATTRIBUTES.get(kind, frozenset()) | _HARMLESS_ATTRIBUTES:
            _check_binding(node, name, local, collector)
        elif space == CAMUNDA and local in _IGNORED_ATTRIBUTES:
            collector.add("ignored_attribute", node, attribute=_label(space, local))
        else:
            collector.add("unsupported_attribute", node, attribute=_label(space, local), kind=words_of(node))


def _check_binding(node: Node, name: str, local: str, collector: Collector) -> None:
    if local in _LATEST and node.get(name) != "latest":
        label = _label(CAMUNDA, local)
        collector.add("attribute_value", node, attribute=label, value=node.get(name), allowed="latest")


def check_extensions(extensions: Node, kind: str, collector: Collector) -> None:
    """The children of an element's extensionElements."""
    for child in extensions:
        space, local = namespace(child.tag), local_name(child)
        known = _READ_EVERYWHERE | _READ_ELEMENTS.get(kind, frozenset()) | _HARMLESS_ELEMENTS
        if space in _DRAWING or (space, local) in known:
            _check_content(child, local, collector)
        elif space in _ENGINES:
            collector.add(
                "unsupported_extension", child, extension=_label(space, local), kind=words_of(extensions.getparent())
            )
        else:
            collector.add("unknown_extension", child, extension=_label(space, local))


def _check_content(extension: Node, local: str, collector: Collector) -> None:
    """A mapping is a plain text: lists, maps and foreign scripts in it are not."""
    if local != "inputOutput":
        return
    for nested in extension.iterfind("*/*"):
        collector.add(
            "unsupported_extension",
            nested,
            extension=_label(namespace(nested.tag), local_name(nested)),
            kind=words_of(extension.getparent().getparent()),
        )


def _label(space: str, local: str) -> str:
    """How the extension is written in a file, e.g. `camunda:asyncBefore`."""
    prefix = _ENGINES.get(space) or _REMARKED.get(space) or space
    return f"{prefix}:{local}" if prefix else local
