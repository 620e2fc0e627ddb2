"""Making a decision: required ones first, inputs, rules that hit, outputs, and a result that history can keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal as DecimalNumber
from typing import Any

from engine.decisions.drawing import DrawnOutput, within
from engine.decisions.errors import CellFailed, DecisionError, TypeRefused, ValueRefused
from engine.decisions.findings import quoted, reason
from engine.decisions.hit_policy import Row, aggregate, settle
from engine.decisions.table import Decision, Entry, Input, Literal, Output, Rule, Table
from engine.decisions.types import fits, read_as, shown
from engine.errors import SignalboxError, Words
from engine.expressions.budget import MAX_STEPS, Run
from engine.expressions.errors import ExpressionError
from engine.expressions.expression import Expression
from engine.expressions.values import as_text, kind_of

MAX_FACT_TEXT = 200  # characters of a value in history; the rest is cut, visibly
MAX_FACT_ITEMS = 20  # of a list or group in history
_THE_EXPRESSION = Words("表达式", "the expression")


@dataclass(frozen=True)
class RuleHit:
    """A rule that gave a part of the answer."""

    number: int  # 1-based, as drawn
    id: str | None


@dataclass(frozen=True)
class Evaluation:
    """A decision that was made. Outputs always replace what the case held under their names."""

    decision_id: str
    decision_name: str
    outputs: dict[str, Any]  # every output by name; null without a hit; lists where the hit policy gives lists
    rows: tuple[dict[str, Any], ...]  # one for each rule that answered; one for an aggregate or a literal expression
    rules: tuple[RuleHit, ...]
    inputs: dict[str, Any]  # input expression -> its value
    required: tuple[Evaluation, ...] = ()  # every decision that was made on the way, each once

    def as_fact(self) -> dict[str, Any]:
        """Small JSON for history: what was asked, what was answered, by which rules."""
        return {
            "decision": self.decision_id,
            "name": self.decision_name,
            "inputs": {quoted(name): _small(value) for name, value in self.inputs.items()},
            "outputs": {name: _small(value) for name, value in self.outputs.items()},
            "rules": [hit.number for hit in self.rules[:MAX_FACT_ITEMS]],
            "rule_ids": [hit.id for hit in self.rules[:MAX_FACT_ITEMS]],
            "required": [one.as_fact() for one in self.required],
        }


def evaluate(decision: Decision, inputs: Mapping[str, Any], context: object | None = None) -> Evaluation:
    """Make the decision over a case's data; `context` is for functions that need a case.

    A required decision is made first, once, and its outputs hide data of the same name. All share one budget of
    50,000 steps. Raises DecisionError, and what a database raises inside a registered function.
    """
    making = _Making(inputs, context)
    found = making.made(decision)
    return replace(found, required=making.others(decision))


class _Making:
    """One evaluation: the data, the steps that are left, and the decisions made so far."""

    def __init__(self, inputs: Mapping[str, Any], context: object | None) -> None:
        self._inputs = inputs
        self._context = context
        self._left = MAX_STEPS
        self._made: dict[str, Evaluation] = {}

    def others(self, decision: Decision) -> tuple[Evaluation, ...]:
        return tuple(one for name, one in self._made.items() if name != decision.id)

    def made(self, decision: Decision) -> Evaluation:
        if decision.id not in self._made:
            data = dict(self._inputs)
            for one in decision.required:
                data.update(self.made(one).outputs)
            run = Run(data, self._context, decision.variables, self._left)
            logic = decision.logic
            found = _literal(decision, logic, run) if isinstance(logic, Literal) else _table(decision, logic, run)
            self._left = run.left
            self._made[decision.id] = found
        return self._made[decision.id]


def _literal(decision: Decision, logic: Literal, run: Run) -> Evaluation:
    value = _value(decision, logic.expression, _THE_EXPRESSION, run)
    if not fits(value, logic.type_ref):
        raise TypeRefused(
            decision=decision.name, place=_THE_EXPRESSION, value=quoted(shown(value)), type=logic.type_ref
        )
    outputs = {logic.name: value}
    return Evaluation(decision.id, decision.name, outputs, (outputs,), (), {})


def _table(decision: Decision, table: Table, run: Run) -> Evaluation:
    values = [_input(decision, column, run) for column in table.inputs]
    hits = _hits(decision, table, values, run)
    rows = settle(decision, table, [_row(decision, table, rule, run) for rule in hits], run)
    rows = rows or _defaults(decision, table, run)
    outputs: dict[str, Any]
    if table.aggregator is not None:
        outputs = {table.names[0]: aggregate(decision, table, rows, run)}
        answers: tuple[dict[str, Any], ...] = (outputs,)
    else:
        answers = tuple(row.outputs for row in rows)
        outputs = {name: [answer[name] for answer in answers] for name in table.names}
        if not table.gives_list:
            outputs = {name: found[0] if found else None for name, found in outputs.items()}
    rules = tuple(RuleHit(row.rule.drawn.number, row.rule.drawn.id) for row in rows if row.rule is not None)
    asked = {column.drawn.text: value for column, value in zip(table.inputs, values, strict=True)}
    return Evaluation(decision.id, decision.name, outputs, answers, rules, asked)


def _input(decision: Decision, column: Input, run: Run) -> Any:
    """The value that a column asks for, of its type and among those that may come."""
    drawn = column.drawn
    value = _value(decision, column.expression, drawn.place, run)
    try:
        value = read_as(value, drawn.type_ref)
        if not fits(value, drawn.type_ref):
            raise TypeRefused(
                decision=decision.name, place=drawn.place, value=quoted(shown(value)), type=drawn.type_ref
            )
        if column.allowed is not None and value is not None and not column.allowed.holds(value, run):
            raise ValueRefused(decision=decision.name, place=drawn.place, value=quoted(shown(value)))
    except DecisionError:
        raise
    except SignalboxError as error:
        raise _failed(decision, drawn.place, error) from error
    return value


def _hits(decision: Decision, table: Table, values: list[Any], run: Run) -> list[Rule]:
    """The rules whose cells all hold; under FIRST no rule after the first one is asked."""
    found = []
    for rule in table.rules:
        if _holds(decision, table, rule, values, run):
            found.append(rule)
            if table.hit_policy == "FIRST":
                break
    return found


def _holds(decision: Decision, table: Table, rule: Rule, values: list[Any], run: Run) -> bool:
    for column, cell, value in zip(table.inputs, rule.cells, values, strict=True):
        try:
            if not cell.holds(value, run):
                return False
        except SignalboxError as error:
            place = within(rule.drawn.place, column.drawn.place)
            raise _failed(decision, place, error) from error
    return True


def _row(decision: Decision, table: Table, rule: Rule, run: Run) -> Row:
    outputs = {}
    for column, entry in zip(table.outputs, rule.entries, strict=True):
        place = within(rule.drawn.place, column.drawn.place)
        outputs[column.drawn.name] = _entry(decision, column, entry, place, run)
    return Row(rule, outputs)


def _defaults(decision: Decision, table: Table, run: Run) -> list[Row]:
    """The row of the default entries, if there are any."""
    if not any(column.default for column in table.outputs):
        return []
    outputs = {}
    for column in table.outputs:
        entry = column.default or Entry("")
        outputs[column.drawn.name] = _entry(decision, column, entry, column.drawn.place, run)
    return [Row(None, outputs)]


def _entry(decision: Decision, column: Output, entry: Entry, place: Words, run: Run) -> Any:
    if entry.expression is None:
        return entry.value
    value = _value(decision, entry.expression, place, run)
    _check_output(decision, column.drawn, value, place)
    is_listed = not column.order or value is None
    if not is_listed and not any(kind_of(one) == kind_of(value) and one == value for one in column.order):
        raise ValueRefused(decision=decision.name, place=place, value=quoted(shown(value)))
    return value


def _check_output(decision: Decision, drawn: DrawnOutput, value: Any, place: Words) -> None:
    if not fits(value, drawn.type_ref):
        raise TypeRefused(decision=decision.name, place=place, value=quoted(shown(value)), type=drawn.type_ref)


def _value(decision: Decision, expression: Expression, place: Words, run: Run) -> Any:
    try:
        return expression.run(run)
    except SignalboxError as error:
        raise _failed(decision, place, error) from error


def _failed(decision: Decision, place: Words, error: SignalboxError) -> CellFailed:
    """The error with its cell; one that knows no character stands for the cell as a whole."""
    if isinstance(error, ExpressionError):
        error.at(1)
    return CellFailed(decision=decision.name, place=place, reason=reason(error))


def _small(value: Any, is_inside: bool = False) -> Any:
    """A value as JSON, cut where it is long; what was cut is counted. A list within a list is only marked."""
    if type(value) is str:
        return value if len(value) <= MAX_FACT_TEXT else f"{value[:MAX_FACT_TEXT]}… ({len(value)})"
    if type(value) in (list, dict):
        return shown(value) if is_inside else _few(value)
    if isinstance(value, DecimalNumber | date | timedelta):
        return as_text(value)
    return value


def _few(value: Any) -> Any:
    left = len(value) - MAX_FACT_ITEMS
    if type(value) is list:
        return [*(_small(one, True) for one in value[:MAX_FACT_ITEMS]), *([f"… (+{left})"] if left > 0 else [])]
    kept = {quoted(key): _small(one, True) for key, one in list(value.items())[:MAX_FACT_ITEMS]}
    return {**kept, "…": f"+{left}"} if left > 0 else kept
