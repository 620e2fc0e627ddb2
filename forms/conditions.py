"""The part of the expression language that forms may use, and its JSON form, which browsers evaluate.

A JSON condition is one of
    {"name": key, "is": literal}       the value equals the literal; a value that is missing or "" is null
    {"name": key, "is_not": literal}   a checkbox alone means "is": true, with `not` before it "is_not": true
    {"all": [condition, …]}            {"any": [condition, …]}
Text is compared without the blanks around it, a number as a number, a checkbox as true or false. A hidden field is
null. Values of different types are never equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.expressions.errors import ExpressionError
from engine.expressions.language import Language
from engine.expressions.registry import FunctionRegistry
from forms.layout import Condition

MAX_SOURCE = 500  # characters
MAX_DEPTH = 10  # parentheses within parentheses

_TOKEN = re.compile(
    r"""\s*(?:(?P<sign>==|!=|&&|\|\||!|\(|\))|(?P<number>-?[0-9]{1,15}(?:\.[0-9]{1,6})?)"""
    r"""|(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<word>[A-Za-z][A-Za-z0-9_]*))"""
)
_SAME = {"&&": "and", "||": "or", "!": "not", "eq": "==", "ne": "!="}
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}
_OPPOSITE = {"is": "is_not", "is_not": "is", "all": "any", "any": "all"}

LANGUAGE = Language(FunctionRegistry())
"""Conditions of forms call no functions: a browser must be able to evaluate them."""


class NotSupported(ValueError):
    """The expression lies outside what a browser can evaluate."""


def parse(source: str) -> Condition:
    """The JSON form of `${…}`. Raises NotSupported."""
    if len(source) > MAX_SOURCE or not (source.startswith("${") and source.endswith("}")):
        raise NotSupported(source[:MAX_SOURCE])
    return _Parser(list(_tokens(source[2:-1]))).whole()


def negate(condition: Condition) -> Condition:
    """The condition that holds exactly when this one does not."""
    if "name" in condition:
        return {"name": condition["name"]} | {_OPPOSITE[k]: v for k, v in condition.items() if k != "name"}
    ((joined, parts),) = condition.items()
    return {_OPPOSITE[joined]: [negate(part) for part in parts]}


def leaves(condition: Condition) -> Iterator[Condition]:
    """The comparisons a condition consists of, from left to right."""
    if "name" in condition:
        yield condition
        return
    for parts in condition.values():
        for part in parts:
            yield from leaves(part)


def is_variable(name: str) -> bool:
    """Whether the language reads the name as a variable, not as a word of its own."""
    try:
        return LANGUAGE.compile(name).names == {name}
    except ExpressionError:
        return False


def _tokens(text: str) -> Iterator[tuple[str, Any]]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise NotSupported(text)
        position = match.end()
        yield _token(str(match.lastgroup), match[str(match.lastgroup)])


def _token(kind: str, text: str) -> tuple[str, Any]:
    """A sign, a literal's value, or a name."""
    if kind == "number":
        return "literal", float(text) if "." in text else int(text)
    if kind == "text":
        return "literal", text[1:-1]
    if text in _CONSTANTS:
        return "literal", _CONSTANTS[text]
    text = _SAME.get(text, text)
    if kind == "sign" or text in ("and", "or", "not", "==", "!="):
        return text, None
    return "name", text


class _Parser:
    """Recursive descent: or, and, not, comparison; `not` stands before a name or parentheses only."""

    def __init__(self, tokens: list[tuple[str, Any]]) -> None:
        self._tokens = tokens
        self._depth = 0

    def whole(self) -> Condition:
        condition = self._either()
        if self._tokens:
            raise NotSupported
        return condition

    def _peek(self) -> str:
        return self._tokens[0][0] if self._tokens else ""

    def _take(self, kind: str) -> Any:
        if self._peek() != kind:
            raise NotSupported
        return self._tokens.pop(0)[1]

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._peek() == "or":
            self._take("or")
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else {"any": parts}

    def _both(self) -> Condition:
        parts = [self._single()]
        while self._peek() == "and":
            self._take("and")
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else {"all": parts}

    def _single(self) -> Condition:
        if self._peek() == "not":
            self._take("not")
            if self._peek() == "(":
                return negate(self._group())
            return {"name": self._alone(), "is_not": True}
        return self._group() if self._peek() == "(" else self._comparison()

    def _group(self) -> Condition:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotSupported
        self._take("(")
        condition = self._either()
        self._take(")")
        self._depth -= 1
        return condition

    def _alone(self) -> str:
        name: str = self._take("name")
        if self._peek() in ("==", "!="):
            raise NotSupported
        return name

    def _comparison(self) -> Condition:
        name = self._take("name")
        if self._peek() not in ("==", "!="):
            return {"name": name, "is": True}
        sign = self._peek()
        self._take(sign)
        return {"name": name, "is" if sign == "==" else "is_not": self._take("literal")}
