"""What a value may be: plain data only, checked when it is read, measured when it is used as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from engine.expressions.budget import MAX_DATA_DEPTH, MAX_DECIMAL_DIGITS, MAX_INTEGER, MAX_ITEMS, MAX_TEXT, Run
from engine.expressions.errors import OverBudget, WrongType

NUMBERS = frozenset({int, float, Decimal})  # exact types: a boolean is not a number
CONTAINERS = frozenset({list, dict})

_KINDS = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    Decimal: "number",
    str: "text",
    list: "list",
    dict: "group",
    date: "date",
    timedelta: "duration",
}


def kind_of(value: Any) -> str:
    """The value's kind, a key of errors.KINDS. Exact types only: a subclass may carry code of its own."""
    if type(value) is datetime:
        return "local_time" if value.utcoffset() is None else "time"
    return _KINDS.get(type(value), "other")


def checked(value: Any) -> Any:
    """The value itself, if its type is plain and its own size within the limits; its items are not looked at."""
    check = _CHECKS.get(type(value))
    if check is None:
        raise WrongType("value", "other")
    check(value)
    return value


def _check_nothing(value: object) -> None:
    """Booleans, null, dates and durations cannot be too big."""


def _check_integer(value: int) -> None:
    if not -MAX_INTEGER <= value < MAX_INTEGER:
        raise OverBudget("number")


def _check_float(value: float) -> None:
    if not isfinite(value):
        raise OverBudget("number")


def _check_decimal(value: Decimal) -> None:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or abs(exponent) > MAX_DECIMAL_DIGITS or len(digits) > MAX_DECIMAL_DIGITS:
        raise OverBudget("number")


def _check_text(value: str) -> None:
    if len(value) > MAX_TEXT:
        raise OverBudget("text")


def _check_container(value: list[Any] | dict[str, Any]) -> None:
    if len(value) > MAX_ITEMS:
        raise OverBudget("list")


def _check_time(value: datetime) -> None:
    # a zone of another class could run its own code in every comparison
    if value.tzinfo is not None and type(value.tzinfo) not in (timezone, ZoneInfo):
        raise WrongType("value", "other")


_CHECKS: dict[type, Callable[[Any], None]] = {
    type(None): _check_nothing,
    bool: _check_nothing,
    int: _check_integer,
    float: _check_float,
    Decimal: _check_decimal,
    str: _check_text,
    list: _check_container,
    dict: _check_container,
    date: _check_nothing,
    datetime: _check_time,
    timedelta: _check_nothing,
}


def measure(value: Any, run: Run, depth: int = 0) -> None:
    """Check a value to its depths and pay for its size: it is about to be compared, searched or passed as a whole."""
    checked(value)
    if type(value) is str:
        run.take(1 + len(value) // 64)
    elif type(value) in CONTAINERS:
        if depth > MAX_DATA_DEPTH:
            raise OverBudget("depth")
        run.take(1 + len(value))
        for item in value if type(value) is list else _fields(value):
            measure(item, run, depth + 1)


def plain_copy(value: Any, run: Run, depth: int = 0) -> Any:
    """A checked copy that shares no list or group with the data it came from.

    Its size as if written out is paid for: a text that stands in it many times counts as often.
    """
    checked(value)
    if type(value) is str:
        run.take(len(value) // 64)
    if type(value) not in CONTAINERS:
        return value
    if depth > MAX_DATA_DEPTH:
        raise OverBudget("depth")
    run.take(1 + len(value))
    if type(value) is list:
        return [plain_copy(item, run, depth + 1) for item in value]
    copies = [plain_copy(item, run, depth + 1) for item in _fields(value)]
    return dict(zip(value, copies, strict=True))


def _fields(group: dict[Any, Any]) -> list[Any]:
    """The values of a group whose keys are all texts."""
    if any(type(key) is not str for key in group):
        raise WrongType("key", "other")
    return list(group.values())


def as_text(value: Any) -> str:
    """How a simple value reads inside a text: null as nothing, booleans as true and false, times in ISO 8601."""
    if value is None:
        return ""
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) in (date, datetime):
        return str(value.isoformat())
    if type(value) is timedelta:
        return _iso_duration(value)
    if type(value) is str or type(value) in NUMBERS:
        return str(value)
    raise WrongType("text", kind_of(value))


def _iso_duration(value: timedelta) -> str:
    sign, length = ("-", -value) if value < timedelta(0) else ("", value)
    whole = length // timedelta(seconds=1)
    fraction = f".{length.microseconds:06d}".rstrip("0") if length.microseconds else ""
    return f"{sign}PT{whole}{fraction}S"
