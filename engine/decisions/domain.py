"""What the values of a column can be, cut at every value its cells name: a cell is then a set of pieces, as bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from engine.decisions.cells import Cell, Interval, Literal, Test
from engine.decisions.table import Input
from engine.decisions.types import shown
from engine.decisions.vocabulary import TYPES, WHOLE
from engine.errors import Words
from engine.expressions.operators import in_order
from engine.expressions.values import kind_of


@dataclass(frozen=True)
class Domain:
    """The pieces of a column, numbered: points and what lies between, or single values; null and "any other" last."""

    name: str  # what the column asks
    pieces: tuple[Words, ...]  # each in words: "level > 3"
    whole: int  # the bits of the pieces that can occur
    mask: Callable[[Cell], int]

    def words(self, mask: int) -> Words | None:
        """An example of the pieces; None when it can be anything."""
        if mask == self.whole:
            return None
        return self.pieces[(mask & -mask).bit_length() - 1]


def domain_of(columns: Sequence[Input], cells: Sequence[Cell]) -> Domain:
    """The domain of the columns that ask the same, from all their cells.

    Null is a possible value where a cell names it: who writes of null thinks of it.
    """
    allowed = [column.allowed for column in columns if column.allowed is not None]
    drawn = columns[0].drawn
    values = [value for cell in (*cells, *allowed) for value in cell.values]
    known = [value for value in values if value is not None]
    kind = TYPES.get(drawn.type_ref) or (kind_of(known[0]) if known else None)
    points = _points([True, False] if kind == "boolean" else known)
    is_ordered = kind not in ("boolean", None) and _uses_order(kind, cells, allowed)
    name = drawn.label or drawn.text
    has_null = len(known) < len(values)
    pieces = _ordered_pieces(name, points) if is_ordered else _single_pieces(name, points, kind)
    null = len(pieces)
    if has_null:
        pieces.append(Words(f"{name} 为空", f"{name} is null"))

    def mask(cell: Cell) -> int:
        return _mask(cell, points, is_ordered, len(pieces), null if has_null else None)

    whole = (1 << len(pieces)) - 1
    for cell in allowed:
        whole &= mask(cell) | (1 << null if has_null else 0)
    if is_ordered and drawn.type_ref in WHOLE:
        whole &= ~_between_neighbours(points)
    return Domain(name, tuple(pieces), whole, mask)


def _points(values: list[Any]) -> list[Any]:
    """Each value once, in order."""
    found: list[Any] = []
    for value in sorted(values, key=cmp_to_key(_compared)):
        if not found or _compared(found[-1], value):
            found.append(value)
    return found


def _compared(one: Any, other: Any) -> int:
    if type(one) is bool:
        return int(one) - int(other)
    return -1 if in_order("<", one, other) else int(in_order(">", one, other))


def _uses_order(kind: str | None, cells: Sequence[Cell], allowed: Sequence[Cell]) -> bool:
    """Texts are single values as long as no cell asks for their order; numbers and times always lie on a line."""
    tests = [test for cell in (*cells, *allowed) for test in cell.tests]
    return kind != "text" or any(isinstance(test, Interval) or test.sign != "==" for test in tests)


def _ordered_pieces(name: str, points: list[Any]) -> list[Words]:
    """Below the first point, the first point, up to the second …, above the last."""
    texts = [shown(point) for point in points]
    if not texts:
        return [_same(f"{name} …")]
    pieces = [_same(f"{name} < {texts[0]}")]
    for at, text in enumerate(texts):
        pieces.append(_same(f"{name} = {text}"))
        after = texts[at + 1] if at + 1 < len(texts) else None
        pieces.append(_same(f"{text} < {name} < {after}" if after else f"{name} > {text}"))
    return pieces


def _single_pieces(name: str, points: list[Any], kind: str | None) -> list[Words]:
    pieces = [_same(f"{name} = {shown(point)}") for point in points]
    if kind != "boolean":
        pieces.append(Words(f"{name} 为其他值", f"{name} is any other value"))
    return pieces


def _same(text: str) -> Words:
    return Words(text, text)


def _mask(cell: Cell, points: list[Any], is_ordered: bool, count: int, null: int | None) -> int:
    """The pieces for which a cell holds."""
    everything = (1 << count) - 1
    if cell.is_any:
        return everything
    found = 0
    for test in cell.tests:
        found |= _test_mask(test, points, is_ordered, null)
    return everything & ~found if cell.negated else found


def _test_mask(test: Test, points: list[Any], is_ordered: bool, null: int | None) -> int:
    if isinstance(test, Interval):
        return _half_line(test.low_sign, test.low, points) & _half_line(test.high_sign, test.high, points)
    if test.sign != "==":
        return _half_line(test.sign, test.operand, points)
    value = test.operand.value if isinstance(test.operand, Literal) else None
    if value is None:
        return 1 << null if null is not None else 0
    place = _place(value, points)
    return 1 << (2 * place + 1 if is_ordered else place)


def _half_line(sign: str, operand: Any, points: list[Any]) -> int:
    """The pieces of a line below or above a point; the point itself for `<=` and `>=`."""
    at = 2 * _place(operand.value, points) + 1
    line = (1 << 2 * len(points) + 1) - 1
    below = (1 << at) - 1
    point = 1 << at if sign in ("<=", ">=") else 0
    return point | (below if sign in ("<", "<=") else line & ~below & ~(1 << at))


def _place(value: Any, points: list[Any]) -> int:
    low, high = 0, len(points)
    while low < high:
        middle = (low + high) // 2
        if _compared(points[middle], value) < 0:
            low = middle + 1
        else:
            high = middle
    return low


def _between_neighbours(points: list[Any]) -> int:
    """The pieces of a line in which no whole number lies."""
    found = 0
    for at in range(len(points) - 1):
        if points[at + 1] - points[at] <= 1:
            found |= 1 << 2 * at + 2
    return found
