"""What a diagram refers to must exist here: services and their parameters, forms, groups, properties, case kinds."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition.catalogue import Catalogue, KnownParameter, KnownService
from engine.definition.collector import Collector, nearest
from engine.definition.expression_checks import has_expression
from engine.definition.graph import FlowNode
from engine.definition.model import ElementModel
from engine.definition.vocabulary import CAMUNDA, Node, Words

DECISION_RESULTS = ("singleEntry", "singleResult", "collectEntries", "resultList")
_FOREIGN_CALLS = ("class", "delegateExpression", "expression")  # named by the profile already
_TYPES = {"number": Words("数字", "number"), "boolean": Words("是否值（true 或 false）", "truth value (true or false)")}


class CatalogueChecks:
    """Looks up every name a diagram uses; a near one is offered."""

    def __init__(self, catalogue: Catalogue, elements: Mapping[str, ElementModel], collector: Collector) -> None:
        self._catalogue = catalogue
        self._elements = elements
        self._collector = collector

    def check_process(self, process: Node, model: ElementModel) -> None:
        self._check_properties(process, model)
        kind = model.properties.get("case.kind")
        if kind is not None and kind not in self._catalogue.case_kinds:
            self._unknown("unknown_case_kind", process, kind, self._catalogue.case_kinds)
        self._check_groups(process, model)

    def check_node(self, node: FlowNode, model: ElementModel) -> None:
        if model.form_key and model.form_key not in self._catalogue.form_keys:
            self._check_form(node.xml, model.form_key)
        self._check_groups(node.xml, model)
        if node.kind == "userTask" and not _somebody(model):
            self._collector.add("nobody_assigned", node.xml)
        if node.kind == "serviceTask" or model.service:
            self._check_service(node, model)
        if node.kind == "businessRuleTask":
            self._check_decision(node, model)
        self._check_properties(node.xml, model)

    def _check_form(self, xml: Node, key: str) -> None:
        """Of a form that is not published here."""
        if key in self._catalogue.designed_forms:
            self._collector.add("form_not_published", xml, name=key)
        else:
            known = self._catalogue.form_keys | self._catalogue.designed_forms
            self._unknown("unknown_form", xml, key, {one: "" for one in known})

    def _check_groups(self, xml: Node, model: ElementModel) -> None:
        if model.candidate_groups and not has_expression(model.candidate_groups):
            for group in (part.strip() for part in model.candidate_groups.split(",")):
                if group and group not in self._catalogue.groups:
                    self._unknown("unknown_group", xml, group, self._catalogue.groups)

    def _check_service(self, node: FlowNode, model: ElementModel) -> None:
        if model.service is None:
            if not any(node.xml.get(f"{{{CAMUNDA}}}{name}") for name in _FOREIGN_CALLS):
                self._collector.add("service_missing", node.xml)
            return
        service = self._catalogue.services.get(model.service)
        if service is None:
            self._unknown("unknown_service", node.xml, model.service, self._catalogue.services)
            return
        self._check_parameters(node.xml, service, model.inputs)

    def _check_decision(self, node: FlowNode, model: ElementModel) -> None:
        if model.decision is None and model.service is None:
            self._collector.add("decision_missing", node.xml)
        if model.decision_result not in DECISION_RESULTS:
            written = {"attribute": "camunda:mapDecisionResult", "value": model.decision_result}
            self._collector.add("attribute_value", node.xml, **written, allowed=" / ".join(DECISION_RESULTS))

    def _check_parameters(self, xml: Node, service: KnownService, inputs: Mapping[str, str]) -> None:
        parameters = {parameter.name: parameter for parameter in service.parameters}
        for name, text in inputs.items():
            if name not in parameters:
                hint = nearest(name, parameters)
                self._collector.add("unknown_parameter", xml, service=service.name, name=name, hint=hint)
            elif not _fits(parameters[name], text):
                kind = _TYPES[parameters[name].type]
                self._collector.add("parameter_type", xml, name=name, text=text, type=kind)
        for parameter in service.parameters:
            if parameter.required and not inputs.get(parameter.name):
                self._collector.add("missing_parameter", xml, service=service.name, name=parameter.name)

    def _check_properties(self, xml: Node, model: ElementModel) -> None:
        for name in model.properties:
            listener = self._catalogue.listeners.get(name.partition(".")[0])
            if listener is not None and name not in listener.properties:
                self._unknown("unknown_property", xml, name, listener.properties)
        other = model.properties.get("separate_from")
        if other is not None and (other not in self._elements or not _done_by_a_person(self._elements[other])):
            self._collector.add("unknown_separate_from", xml, name=other)

    def _unknown(self, code: str, xml: Node, name: str, known: Mapping[str, object]) -> None:
        self._collector.add(code, xml, name=name, hint=nearest(name, known))


def _done_by_a_person(model: ElementModel) -> bool:
    """A human step, or the start of the case by somebody's form."""
    return model.kind == "userTask" or (model.kind == "startEvent" and model.form_key is not None)


def _somebody(model: ElementModel) -> bool:
    return bool(model.assignee or model.candidate_users or model.candidate_groups or model.lane)


def _fits(parameter: KnownParameter, text: str) -> bool:
    """Whether a literal can be what the parameter asks for; an expression shows only when it runs."""
    if has_expression(text) or parameter.type not in _TYPES or not text:
        return True
    if parameter.type == "boolean":
        return text in {"true", "false"}
    try:
        float(text)
    except ValueError:
        return False
    return True
