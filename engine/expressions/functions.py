"""The standard functions: pure, described, over plain data."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from engine.expressions.budget import MAX_INTEGER, MAX_TEXT
from engine.expressions.errors import OverBudget, WrongType, WrongValue
from engine.expressions.operators import add_numbers, alike, in_order, truth
from engine.expressions.registry import Function
from engine.expressions.values import NUMBERS, as_text, kind_of

_NUMBER = re.compile(r"[+-]?[0-9]{1,19}(\.[0-9]{1,19})?")
_MAX_ROUNDING = 12  # digits behind the point


def _sum(values: list[Any]) -> Any:
    total: Any = 0
    for number in values:
        total = add_numbers(total, number, "sum")
    return total


def _any(values: list[Any]) -> bool:
    return True in [truth(value, "any") for value in values]


def _all(values: list[Any]) -> bool:
    return False not in [truth(value, "all") for value in values]


def _extreme(name: str, sign: str) -> Callable[..., Any]:
    """`min` or `max` of one list or of several values; all of one kind."""

    def extreme(*values: Any) -> Any:
        candidates = values[0] if len(values) == 1 else list(values)
        if type(candidates) is not list:
            raise WrongType(name, kind_of(candidates))
        if not candidates:
            raise WrongValue(name)
        found = candidates[0]
        for value in candidates:
            if in_order(sign, value, found):
                found = value
        return found

    return extreme


def _number(value: Any) -> int | float | Decimal:
    if type(value) in NUMBERS:
        return value  # type: ignore[no-any-return]
    text = value.strip()
    if not _NUMBER.fullmatch(text):
        raise WrongValue("number")
    return float(text) if "." in text else int(text)


def _int(value: Any) -> int:
    number = _number(value)
    if not -MAX_INTEGER <= number < MAX_INTEGER:
        raise OverBudget("number")
    return int(number)


def _round(value: Any, digits: Any = 0) -> Any:
    if type(digits) is not int or not 0 <= digits <= _MAX_ROUNDING or not -MAX_INTEGER <= value < MAX_INTEGER:
        raise WrongValue("round")
    exact = value if type(value) is Decimal else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    if digits == 0 or type(value) is int:
        return int(rounded)
    return rounded if type(value) is Decimal else float(rounded)


def _count(values: list[Any], *wanted: Any) -> int:
    return sum(1 for item in values if alike(item, wanted[0], "count")) if wanted else len(values)


def _contains(container: Any, item: Any) -> bool:
    if type(container) is list:
        return any(alike(item, other, "contains") for other in container)
    if type(item) is not str:
        raise WrongType("contains", kind_of(item))
    return item in container


def _join(values: list[Any], separator: str = "、") -> str:
    texts = [as_text(value) for value in values]
    if sum(map(len, texts)) + len(separator) * len(texts) > MAX_TEXT:
        raise OverBudget("text")
    return separator.join(texts)


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _length(unit: str) -> Callable[[Any], timedelta]:
    def length(number: Any) -> timedelta:
        try:
            return timedelta(**{unit: float(number)})
        except OverflowError:
            raise WrongValue(unit) from None

    return length


def _described(name: str, call: Callable[..., Any], zh: str, en: str, signature: str, optional: int = 0) -> Function:
    """A function. `signature`: parameters and "-> kind"; a last parameter `…` means that the one before may repeat."""
    before, _, returns = signature.partition(" -> ")
    parameters = tuple(before.split(", "))
    variadic = parameters[-1] == "…"
    return Function(name, call, zh, en, parameters[:-1] if variadic else parameters, returns, optional, variadic)


STANDARD: tuple[Function, ...] = (
    _described(
        "len",
        len,
        "文本、列表或字段组的长度",
        "Length of a text, list or group",
        "value: text|list|group -> number",
    ),
    _described(
        "sum",
        _sum,
        "数字列表之和，空列表为 0",
        "Sum of a list of numbers, 0 if it is empty",
        "numbers: list -> number",
    ),
    _described("any", _any, "至少一项为真", "Whether at least one item is true", "conditions: list -> boolean"),
    _described(
        "all",
        _all,
        "所有项均为真，空列表为真",
        "Whether every item is true; so it is for none",
        "conditions: list -> boolean",
    ),
    _described(
        "min",
        _extreme("min", "<"),
        "最小值：一个列表或若干值",
        "Least of a list or of several values",
        "values, … -> any",
    ),
    _described(
        "max",
        _extreme("max", ">"),
        "最大值：一个列表或若干值",
        "Greatest of a list or of several values",
        "values, … -> any",
    ),
    _described("text", as_text, "转为文本", "A simple value as text", "value -> text"),
    _described("number", _number, "文本转为数字", "The number that a text writes", "value: number|text -> number"),
    _described("int", _int, "取整数部分", "The whole part of a number", "value: number|text -> number"),
    _described(
        "round",
        _round,
        "四舍五入到若干位小数",
        "A number rounded half up, to so many decimals",
        "number: number, digits: number -> number",
        optional=1,
    ),
    _described("lower", str.lower, "转为小写", "A text in lower case", "text: text -> text"),
    _described("upper", str.upper, "转为大写", "A text in upper case", "text: text -> text"),
    _described(
        "starts_with",
        str.startswith,
        "文本是否以某文本开头",
        "Whether a text begins with another",
        "text: text, start: text -> boolean",
    ),
    _described(
        "ends_with",
        str.endswith,
        "文本是否以某文本结尾",
        "Whether a text ends with another",
        "text: text, end: text -> boolean",
    ),
    _described(
        "contains",
        _contains,
        "列表、文本或字段组是否包含",
        "Whether a list, text or group has it",
        "container: list|text|group, item -> boolean",
    ),
    _described(
        "hours", _length("hours"), "若干小时的时长", "A duration of so many hours", "number: number -> duration"
    ),
    _described(
        "minutes", _length("minutes"), "若干分钟的时长", "A duration of so many minutes", "number: number -> duration"
    ),
    _described(
        "days",
        _length("days"),
        "若干天（24 小时）的时长",
        "A duration of so many days of 24 hours",
        "number: number -> duration",
    ),
    _described(
        "join",
        _join,
        "以分隔符（默认顿号）连接列表",
        "A list as one text, with “、” between",
        "list: list, separator: text -> text",
        optional=1,
    ),
    _described(
        "count",
        _count,
        "列表项数，或等于某值的项数",
        "Items of a list, or those equal to a value",
        "list: list, value -> number",
        optional=1,
    ),
    _described("coalesce", _coalesce, "第一个非空值", "The first value that is not null", "values, … -> any"),
)
"""The functions every registry begins with. Days are 24 hours; calendar days are the calendar's own functions."""
