"""Timers, due dates and priorities: bare ISO 8601 is judged now, an expression when it is asked."""

from __future__ import annotations

from collections.abc import Callable

from engine.definition.collector import Collector, reason
from engine.definition.dialect import timer_nodes
from engine.definition.expression_checks import ExpressionChecks, has_expression
from engine.definition.graph import FlowNode
from engine.definition.model import ElementModel
from engine.definition.vocabulary import Words, bpmn_children, local_name, text_of
from engine.durations import InvalidTime, NegativeDuration, parse_cycle, parse_duration, parse_instant

_PARSERS: dict[str, Callable[[str], object]] = {
    "timeDuration": parse_duration,
    "timeDate": parse_instant,
    "timeCycle": parse_cycle,
}
_MAX_PRIORITY = 100


def check_times(node: FlowNode, model: ElementModel, expressions: ExpressionChecks, collector: Collector) -> None:
    """The timer of an event; the due date and the priority of a task."""
    if bpmn_children(node.xml, "timerEventDefinition"):
        _check_timer(node, expressions, collector)
    if model.due_date:
        _check_due_date(node, model.due_date, expressions, collector)
    if model.priority:
        _check_priority(node, model.priority, expressions, collector)


def _check_timer(node: FlowNode, expressions: ExpressionChecks, collector: Collector) -> None:
    times = timer_nodes(node.xml)
    if len(times) != 1 or not text_of(times[0]):
        collector.add("timer_missing", node.xml)
        return
    text = text_of(times[0])
    if has_expression(text):
        expressions.check_expression(node.xml, text, Words("定时", "the timer"))
        return
    error = _refusal(_PARSERS[local_name(times[0])], text)
    if isinstance(error, NegativeDuration):
        collector.add("timer_negative", node.xml, text=text)
    elif error is not None:
        collector.add("timer_invalid", node.xml, text=text, reason=reason(error))


def _check_due_date(node: FlowNode, text: str, expressions: ExpressionChecks, collector: Collector) -> None:
    if has_expression(text):
        expressions.check_value(node.xml, text, Words("到期时间", "the due date"))
        return
    error = _refusal(parse_duration if text.startswith("P") else parse_instant, text)
    if error is not None:
        collector.add("due_date_invalid", node.xml, text=text, reason=reason(error))


def _check_priority(node: FlowNode, text: str, expressions: ExpressionChecks, collector: Collector) -> None:
    if has_expression(text):
        expressions.check_value(node.xml, text, Words("优先级", "the priority"))
    elif not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= _MAX_PRIORITY):
        collector.add("priority_invalid", node.xml, text=text)


def _refusal(parse: Callable[[str], object], text: str) -> InvalidTime | None:
    try:
        parse(text)
    except InvalidTime as error:
        return error
    return None
