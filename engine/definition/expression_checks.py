"""Conditions, values, scripts and variable names: whatever is written in the expression language must compile."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.definition.business_fields import MAX_FIELDS, MAX_LETTERS, TYPES, field_types
from engine.definition.catalogue import Compiler
from engine.definition.collector import Collector, reason
from engine.definition.graph import FlowNode, Graph
from engine.definition.model import ElementModel
from engine.definition.vocabulary import Node, Words, bpmn
from engine.expressions.errors import ExpressionError

OUR_LANGUAGE = "signalbox"
_EXPRESSIONS = (
    "conditionExpression",
    "timeDate",
    "timeDuration",
    "timeCycle",
    "loopCardinality",
    "completionCondition",
    "loopCondition",
)
_VARIABLE = re.compile(r"[^\W\d_]\w*")


class ExpressionChecks:
    """Compiles every expression of a diagram; nothing is evaluated."""

    def __init__(self, language: Compiler, collector: Collector) -> None:
        self._language = language
        self._collector = collector

    def check_languages(self, process: Node) -> None:
        """A script or expression in another language would not do what it says."""
        for kind, attribute in (
            ("scriptTask", "scriptFormat"),
            *((expression, "language") for expression in _EXPRESSIONS),
        ):
            for node in process.iter(bpmn(kind)):
                written = (node.get(attribute) or "").strip()
                if written not in {"", OUR_LANGUAGE}:
                    self._collector.add("script_language", node, language=written)

    def check_conditions(self, graph: Graph) -> None:
        for level in graph.levels:
            for flow in level.flows:
                if flow.condition:
                    self._compiled(flow.xml, self._language.compile, flow.condition, Words("条件", "the condition"))

    def check_process(self, process: Node, model: ElementModel) -> None:
        """The properties of the process, and its business fields."""
        self._check_properties(process, model)
        declared = field_types(model)
        if len(declared) > MAX_FIELDS:
            self._collector.add("too_many_fields", process, limit=MAX_FIELDS)
        for name, type in declared.items():
            self.check_variable(process, name)
            if type not in TYPES or len(name) > MAX_LETTERS:
                self._collector.add("field_declaration", process, name=name, limit=MAX_LETTERS)

    def check_node(self, node: FlowNode, model: ElementModel) -> None:
        """Everything an element says in the language, but for timers."""
        values = (
            (model.assignee, Words("办理人", "the assignee")),
            (model.candidate_users, Words("候选人", "the candidate users")),
            (model.candidate_groups, Words("候选组", "the candidate groups")),
        )
        for text, place in values:
            if text:
                self.check_value(node.xml, text, place)
        for name, text in model.inputs.items():
            self.check_value(node.xml, text, Words(f"参数“{name}”", f"the parameter “{name}”"))
        for name, text in model.outputs.items():
            self.check_value(node.xml, text, Words(f"输出“{name}”", f"the output “{name}”"))
        kept = (model.result_variable, model.code_variable, model.message_variable)
        passed = model.inputs if node.kind == "callActivity" else ()  # variables of the called process
        for name in (*model.outputs, *passed, *(name for name in kept if name)):
            self.check_variable(node.xml, name)
        self._check_properties(node.xml, model)
        if node.kind == "scriptTask":
            self._check_script(node, model.script)

    def check_value(self, xml: Node, text: str, place: Words) -> None:
        """A literal or `${…}`."""
        self._compiled(xml, self._language.compile_value, text, place)

    def check_expression(self, xml: Node, text: str, place: Words) -> None:
        """A whole expression."""
        self._compiled(xml, self._language.compile, text, place)

    def _check_properties(self, xml: Node, model: ElementModel) -> None:
        for name, text in model.properties.items():
            if has_expression(text):
                self.check_value(xml, text, Words(f"属性“{name}”", f"the property “{name}”"))

    def _check_script(self, node: FlowNode, script: str | None) -> None:
        if not script:
            self._collector.add("script_missing", node.xml)
            return
        try:
            self._language.compile_script(script)
        except ExpressionError as error:
            self._collector.add("script_invalid", node.xml, reason=reason(error))

    def check_variable(self, xml: Node, name: str) -> None:
        """A variable must be readable by an expression of its own name."""
        try:
            if _VARIABLE.fullmatch(name):
                self._language.compile(name)
                return
        except ExpressionError:
            pass
        self._collector.add("variable_name", xml, name=name)

    def _compiled(self, xml: Node, compile_text: Callable[[str], object], text: str, place: Words) -> None:
        try:
            compile_text(text)
        except ExpressionError as error:
            self._collector.add("expression_invalid", xml, text=text, place=place, reason=reason(error))


def business_fields(process: ElementModel) -> tuple[str, ...]:
    """The names of the process property "fields", each once."""
    return tuple(field_types(process))


def has_expression(text: str) -> bool:
    return "${" in text
