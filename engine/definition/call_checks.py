"""Call activities: which process is called, and what goes in and comes back."""

from __future__ import annotations

from engine.definition.collector import Collector, words_of
from engine.definition.dialect import passed_variables
from engine.definition.graph import FlowNode
from engine.definition.model import ElementModel
from engine.definition.vocabulary import Words

_PASSED = frozenset({"source", "sourceExpression", "target", "variables"})
_WAYS = {"in": Words("传入", "in"), "out": Words("传回", "out")}


def check_call(node: FlowNode, model: ElementModel, collector: Collector) -> None:
    """The key is a plain one: which process a case calls is known when its diagram is published."""
    if model.calls is None:
        collector.add("called_process_missing", node.xml)
    elif "${" in model.calls or "#{" in model.calls:
        collector.add("called_process_expression", node.xml, text=model.calls)
    for way, words in _WAYS.items():
        seen: set[str] = set()
        for passed in passed_variables(node.xml, way):
            _check_passed(node, passed.attrib, words, collector)
            target = (passed.get("target") or "").strip()
            if target and target in seen:
                collector.add("passed_twice", node.xml, way=words, name=target)
            seen.add(target)


def _check_passed(node: FlowNode, attributes: dict[str, str], way: Words, collector: Collector) -> None:
    """Either all variables, or one: a source or an expression, and a target."""
    for name in attributes:
        if name not in _PASSED:
            label = f"camunda:{'in' if way is _WAYS['in'] else 'out'} {name}"
            collector.add("unsupported_attribute", node.xml, attribute=label, kind=words_of(node.xml))
    written = {name for name in _PASSED if (attributes.get(name) or "").strip()}
    if "businessKey" in attributes and not written:
        return
    if written == {"variables"}:
        if attributes["variables"].strip() != "all":
            collector.add(
                "attribute_value", node.xml, attribute="variables", value=attributes["variables"], allowed="all"
            )
    elif written not in ({"source", "target"}, {"sourceExpression", "target"}):
        collector.add("passed_incomplete", node.xml, way=way)
