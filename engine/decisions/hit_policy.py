"""What the rules that hit amount to under each hit policy, as the DMN standard means it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.decisions.errors import CellFailed, NotTheSame, NotUnique
from engine.decisions.findings import reason
from engine.decisions.table import Decision, Rule, Table
from engine.errors import SignalboxError, Words
from engine.expressions.budget import Run
from engine.expressions.errors import WrongType
from engine.expressions.operators import arithmetic, equal, ordered
from engine.expressions.values import kind_of


@dataclass(frozen=True)
class Row:
    """What one rule gives. `rule` is None for the defaults of a table whose rules were all missed."""

    rule: Rule | None
    outputs: dict[str, Any]


def settle(decision: Decision, table: Table, rows: Sequence[Row], run: Run) -> list[Row]:
    """The rows that answer, in their order. Raises NotUnique or NotTheSame."""
    return _POLICIES[table.hit_policy](decision, table, list(rows), run) if rows else []


def aggregate(decision: Decision, table: Table, rows: Sequence[Row], run: Run) -> Any:
    """The one value of a COLLECT table with an aggregator: null outputs count for nothing.

    COUNT of no rows is 0; SUM, MIN and MAX of none are null. Raises CellFailed for what cannot be added or compared.
    """
    if table.aggregator == "COUNT":
        return sum(1 for row in rows if row.rule is not None)
    column = table.outputs[0].drawn
    values = [row.outputs[column.name] for row in rows]
    join = _sum if table.aggregator == "SUM" else _least if table.aggregator == "MIN" else _greatest
    try:
        return join([value for value in values if value is not None], run)
    except SignalboxError as error:
        raise CellFailed(decision=decision.name, place=column.place, reason=reason(error)) from error


def _sum(values: list[Any], run: Run) -> Any:
    total: Any = None
    for value in values:
        if kind_of(value) not in ("number", "duration"):  # texts and lists could be joined, but that is no sum
            raise WrongType("SUM", kind_of(value))
        total = value if total is None else arithmetic("+", total, value, run)
    return total


def _least(values: list[Any], run: Run) -> Any:
    return _extreme("<", values, run)


def _greatest(values: list[Any], run: Run) -> Any:
    return _extreme(">", values, run)


def _extreme(sign: str, values: list[Any], run: Run) -> Any:
    found = values[0] if values else None
    for value in values:
        found = value if ordered(sign, value, found, run) else found
    return found


def _unique(decision: Decision, table: Table, rows: list[Row], run: Run) -> list[Row]:
    if len(rows) > 1:
        raise NotUnique(decision=decision.name, rules=_numbers(rows))
    return rows


def _any(decision: Decision, table: Table, rows: list[Row], run: Run) -> list[Row]:
    for row in rows[1:]:
        if not all(_same(row.outputs[name], rows[0].outputs[name], run) for name in table.names):
            raise NotTheSame(decision=decision.name, rules=_numbers([rows[0], row]))
    return rows[:1]


def _priority(decision: Decision, table: Table, rows: list[Row], run: Run) -> list[Row]:
    return _output_order(decision, table, rows, run)[:1]


def _output_order(decision: Decision, table: Table, rows: list[Row], run: Run) -> list[Row]:
    """Best first by the listed values of the outputs, from left to right; equals stay in the order of the rules."""
    columns = [output for output in table.outputs if output.order]
    return sorted(rows, key=lambda row: [_rank(row.outputs[one.drawn.name], one.order) for one in columns])


def _rank(value: Any, order: tuple[Any, ...]) -> int:
    """The place in the list; null, which may always be given, comes last."""
    return next((at for at, one in enumerate(order) if kind_of(one) == kind_of(value) and one == value), len(order))


def _first(decision: Decision, table: Table, rows: list[Row], run: Run) -> list[Row]:
    return rows[:1]


def _in_rule_order(decision: Decision, table: Table, rows: list[Row], run: Run) -> list[Row]:
    return rows


def _same(one: Any, other: Any, run: Run) -> bool:
    return kind_of(one) == kind_of(other) and equal(one, other, run)


def _numbers(rows: Sequence[Row]) -> Words:
    numbers = [str(row.rule.drawn.number) for row in rows if row.rule is not None]
    return Words("、".join(numbers), " and ".join(numbers))


_POLICIES: dict[str, Callable[[Decision, Table, list[Row], Run], list[Row]]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "OUTPUT ORDER": _output_order,
    "RULE ORDER": _in_rule_order,
    "COLLECT": _in_rule_order,
}
