"""Reads and checks activities that run several times: multi-instance and standard loops."""

from __future__ import annotations

from engine.definition.collector import Collector
from engine.definition.expression_checks import ExpressionChecks
from engine.definition.graph import FlowNode
from engine.definition.model import RepeatModel
from engine.definition.vocabulary import CAMUNDA, Node, Words, bpmn_children, text_of

MAX_RUNS = 500  # of one multi-instance or loop
OF_THE_RUNS = frozenset({"loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"})
_SEVERAL, _LOOP = "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"


def read_repeat(xml: Node) -> RepeatModel | None:
    """How often the activity runs; None: once."""
    for several in bpmn_children(xml, _SEVERAL):
        return _several(several)
    for loop in bpmn_children(xml, _LOOP):
        maximum = loop.get("loopMaximum") or ""
        return RepeatModel(
            kind="loop",
            condition=_text(loop, "loopCondition"),
            maximum=int(maximum) if maximum.isascii() and maximum.isdigit() and len(maximum) < 6 else None,
            test_before=loop.get("testBefore") == "true",
        )
    return None


def check_repeat(node: FlowNode, model: RepeatModel, expressions: ExpressionChecks, collector: Collector) -> None:
    """One way to say how often, expressions that compile, variables that can be read."""
    if len(bpmn_children(node.xml, _SEVERAL, _LOOP)) > 1:
        collector.add("repeats_twice", node.xml)
    if model.kind == "loop":
        _check_loop(node.xml, model, collector)
    elif (model.collection is None) == (model.cardinality is None):
        collector.add("runs_unknown", node.xml)
    for text, place in (
        (model.collection, Words("集合", "the collection")),
        (model.cardinality, Words("次数", "the cardinality")),
        (model.until, Words("完成条件", "the completion condition")),
        (model.condition, Words("循环条件", "the loop condition")),
        (model.result, Words("结果", "the result of a run")),
    ):
        if text:
            expressions.check_expression(node.xml, text, place)
    for name in (model.item, model.results):
        if name in OF_THE_RUNS:
            collector.add("run_variable", node.xml, name=name)
        elif name is not None:
            expressions.check_variable(node.xml, name)
    if (model.result is None) != (model.results is None):
        collector.add("results_incomplete", node.xml)


def _check_loop(xml: Node, model: RepeatModel, collector: Collector) -> None:
    written = next(loop.get("loopMaximum") for loop in bpmn_children(xml, _LOOP))
    if written is not None and (model.maximum is None or not 1 <= model.maximum <= MAX_RUNS):
        collector.add("loop_maximum", xml, text=written, limit=MAX_RUNS)
    elif model.maximum is None and model.condition is None:
        collector.add("loop_endless", xml)


def _several(xml: Node) -> RepeatModel:
    collection = _attribute(xml, "collection") or _text(xml, "loopDataInputRef")
    item = next(iter(bpmn_children(xml, "inputDataItem")), None)
    result = next(iter(bpmn_children(xml, "outputDataItem")), None)
    return RepeatModel(
        kind="sequential" if xml.get("isSequential") == "true" else "parallel",
        collection=collection,
        cardinality=_text(xml, "loopCardinality"),
        item=_attribute(xml, "elementVariable") or _name(item),
        results=_text(xml, "loopDataOutputRef"),
        result=_name(result),
        until=_text(xml, "completionCondition"),
    )


def _name(item: Node | None) -> str | None:
    return (item.get("name") or item.get("id") or None) if item is not None else None


def _attribute(xml: Node, name: str) -> str | None:
    return (xml.get(f"{{{CAMUNDA}}}{name}") or "").strip() or None


def _text(xml: Node, name: str) -> str | None:
    """The text of a part. A cardinality such as `3` is an expression, too."""
    return text_of(next(iter(bpmn_children(xml, name)), None)) or None
