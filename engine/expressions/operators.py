"""What the operators mean for each pair of kinds. A pair that is not listed is a typed error, never a guess."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from engine.expressions.budget import Run
from engine.expressions.errors import WrongType, WrongValue
from engine.expressions.values import CONTAINERS, NUMBERS, checked, kind_of, measure

_TEMPORAL = ("date", "time", "local_time")
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SIMPLE = frozenset({int, bool, str})
_ORDERED = frozenset({"number", "text", "duration", *_TEMPORAL})
_TIME_ARITHMETIC = frozenset(
    {(kind, sign, "duration") for kind in _TEMPORAL for sign in "+-"}
    | {("duration", "+", kind) for kind in _TEMPORAL}
    | {(kind, "-", kind) for kind in _TEMPORAL}
    | {("duration", sign, "duration") for sign in "+-/"}
    | {("duration", "*", "number"), ("number", "*", "duration"), ("duration", "/", "number")}
)


def arithmetic(sign: str, left: Any, right: Any, run: Run) -> Any:
    """`left sign right`. Raises WrongType, WrongValue (division by zero, beyond the calendar) or OverBudget."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        left, right = _same_numbers(left, right)
    elif sign == "+" and type(left) is type(right) and type(left) in (str, list):
        return _joined(left, right, run)
    else:
        _check_times(sign, left, right)
    return _calculate(sign, left, right)


def add_numbers(left: Any, right: Any, name: str) -> Any:
    """The sum of two numbers, for a function of that name."""
    if type(left) not in NUMBERS or type(right) not in NUMBERS:
        raise WrongType(name, kind_of(right))
    return _calculate("+", *_same_numbers(left, right))


def _calculate(sign: str, left: Any, right: Any) -> Any:
    try:
        return checked(_ARITHMETIC[sign](left, right))
    except (ArithmeticError, ValueError):
        raise WrongValue(sign) from None


def _same_numbers(left: Any, right: Any) -> tuple[Any, Any]:
    """A decimal beside a float: the float counts as it is written, so 0.1 is a tenth."""
    if type(left) is Decimal and type(right) is float:
        return left, Decimal(repr(right))
    if type(left) is float and type(right) is Decimal:
        return Decimal(repr(left)), right
    return left, right


def _joined(left: Any, right: Any, run: Run) -> Any:
    size = len(left) + len(right)
    run.take(size // 16 if type(left) is str else size)
    return checked(left + right)


def _check_times(sign: str, left: Any, right: Any) -> None:
    kinds = kind_of(left), kind_of(right)
    if (kinds[0], sign, kinds[1]) not in _TIME_ARITHMETIC or Decimal in (type(left), type(right)):
        raise WrongType(sign, *kinds)
    length = right if kinds[1] == "duration" else left
    if "date" in kinds and type(length) is timedelta and length % timedelta(days=1):
        raise WrongValue(sign)  # a date has no hours that could be moved


def negative(value: Any) -> Any:
    """`-value` of a number or a duration."""
    if type(value) in NUMBERS or type(value) is timedelta:
        try:
            return checked(-value)
        except ArithmeticError:
            raise WrongValue("-") from None
    raise WrongType("-", kind_of(value))


def truth(value: Any, name: str) -> bool:
    """A condition's value: true, false, or null, which counts as false. Nothing else is a condition."""
    if value is True or value is False:
        return value is True
    if value is None:
        return False
    raise WrongType(name, kind_of(value))


def is_empty(value: Any) -> bool:
    """`empty value`: null, an empty text, list or group."""
    return value is None or (type(value) in (str, list, dict) and not value)


def compare(sign: str, left: Any, right: Any, run: Run) -> bool:
    """`left sign right` for == != < <= > >= in, not in. Only like may be compared with like; null equals only null."""
    if sign == "==":
        return equal(left, right, run, sign)
    if sign == "!=":
        return not equal(left, right, run, sign)
    if sign == "in":
        return is_in(left, right, run)
    if sign == "not in":
        return not is_in(left, right, run)
    return ordered(sign, left, right, run)


def equal(left: Any, right: Any, run: Run, sign: str = "==") -> bool:
    """Whether two values are equal, as `alike` says; long texts, lists and groups are paid for."""
    kind = type(left)
    if kind is type(right):
        if kind in CONTAINERS:
            measure(left, run)
            measure(right, run)
        elif kind is str and len(left) > 64:
            run.take(len(left) // 64)
    return alike(left, right, sign)


def alike(left: Any, right: Any, sign: str) -> bool:
    """Whether two measured values of one kind are equal; two kinds are a WrongType, but all may be compared to null."""
    kind = type(left)
    if kind is type(right) and kind in _SIMPLE:
        return bool(left == right)
    if left is None or right is None:
        return left is right
    kinds = kind_of(left), kind_of(right)
    if kinds[0] != kinds[1] or kinds[0] == "other":
        raise WrongType(sign, *kinds)
    left, right = _same_numbers(left, right)
    return bool(left == right)


def ordered(sign: str, left: Any, right: Any, run: Run) -> bool:
    """`left sign right`, as `in_order` says; long texts are paid for."""
    if type(left) is str:
        run.take(len(left) // 64)
    return in_order(sign, left, right)


def in_order(sign: str, left: Any, right: Any) -> bool:
    """`<`, `<=`, `>`, `>=` for two numbers, texts, dates, times or durations."""
    if type(left) is not int or type(right) is not int:
        kinds = kind_of(left), kind_of(right)
        if kinds[0] != kinds[1] or kinds[0] not in _ORDERED:
            raise WrongType(sign, *kinds)
        left, right = _same_numbers(left, right)
    return _ORDER[sign](left, right)


def is_in(item: Any, container: Any, run: Run) -> bool:
    """Whether a list has the item, a group the key, or a text the text."""
    if type(container) is list:
        measure(item, run)
        measure(container, run)
        return any(alike(item, other, "in") for other in container)
    if type(container) in (str, dict) and type(item) is str:
        if type(container) is str:
            run.take(1 + len(container) // 16)
        return item in container
    raise WrongType("in", kind_of(item), kind_of(container))
