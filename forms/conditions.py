"""The part of the expression language that forms may use, and its JSON form, which browsers evaluate.

A JSON condition is one of
    {"name": key, "is": literal}       the value equals the literal; a value that is missing or "" is null
    {"name": key, "is_not": literal}   a checkbox alone means "is": true, with `not` before it "is_not": true
    {"name": key, "below": number}     also "at_most", "above", "at_least"; null is neither below nor above
    {"name": key, "in": [literal, …]}  the value equals one of the literals
    {"name": key, "has": text}         the value is a list, of a checklist, with the text in it
    {"not": condition}                 of the last three
    {"all": [condition, …]}            {"any": [condition, …]}
Text is compared without the blanks around it, a number as a number, a checkbox as true or false. A hidden field is
null, a list without anything in it is null. Values of different types are never equal. `holds` says what it means; the
page's script says the same.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.expressions.errors import ExpressionError
from engine.expressions.language import Language
from engine.expressions.registry import FunctionRegistry
from forms.layout import Condition

MAX_SOURCE = 500  # characters
MAX_DEPTH = 10  # parentheses within parentheses

_TOKEN = re.compile(
    r"""\s*(?:(?P<sign>==|!=|<=|>=|<|>|&&|\|\||!|[\[\](),])|(?P<number>-?[0-9]{1,15}(?:\.[0-9]{1,6})?)"""
    r"""|(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<word>[A-Za-z][A-Za-z0-9_]*))"""
)
_SAME = {"&&": "and", "||": "or", "!": "not", "eq": "==", "ne": "!=", "lt": "<", "gt": ">"}
_SAME |= {"le": "<=", "ge": ">="}
_ORDER: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "<": ("below", operator.lt),
    "<=": ("at_most", operator.le),
    ">": ("above", operator.gt),
    ">=": ("at_least", operator.ge),
}
_ORDERED = dict(_ORDER.values())
_SIGNS = frozenset({"==", "!=", *_ORDER, "in"})
_WORDS = _SIGNS | {"and", "or", "not"}
MAX_LIST = 50  # literals after `in`
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


def holds(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether the condition holds for the values by name; whatever they are, nothing is raised."""
    if "all" in condition:
        return all(holds(part, values) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, values) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], values)
    return _agrees(condition, _bare(values.get(condition["name"])))


def negate(condition: Condition) -> Condition:
    """The condition that holds exactly when this one does not."""
    if "not" in condition:
        inner: Condition = condition["not"]
        return inner
    if "name" in condition and not condition.keys() & _OPPOSITE.keys():
        return {"not": condition}
    if "name" in condition:
        return {"name": condition["name"]} | {_OPPOSITE[k]: v for k, v in condition.items() if k != "name"}
    ((joined, parts),) = condition.items()
    return {_OPPOSITE[joined]: [negate(part) for part in parts]}


def leaves(condition: Condition) -> Iterator[Condition]:
    """The comparisons a condition consists of, from left to right."""
    if "name" in condition:
        yield condition
        return
    if "not" in condition:
        yield condition["not"]
        return
    for parts in condition.values():
        for part in parts:
            yield from leaves(part)


def literals(leaf: Condition) -> list[Any]:
    """What a comparison compares with."""
    return leaf["in"] if "in" in leaf else [value for name, value in leaf.items() if name != "name"]


def is_variable(name: str) -> bool:
    """Whether the language reads the name as a variable, not as a word of its own."""
    try:
        return LANGUAGE.compile(name).names == {name}
    except ExpressionError:
        return False


def _agrees(leaf: Condition, value: Any) -> bool:
    if "is" in leaf:
        return _same(value, leaf["is"])
    if "is_not" in leaf:
        return not _same(value, leaf["is_not"])
    if "in" in leaf:
        return any(_same(value, literal) for literal in leaf["in"])
    if "has" in leaf:
        return isinstance(value, list) and leaf["has"] in value
    ((name, limit),) = ((name, limit) for name, limit in leaf.items() if name != "name")
    return _is_number(value) and _ORDERED[name](value, limit)


def _bare(value: Any) -> Any:
    """Text without the blanks around it; nothing, empty text and an empty list are null."""
    bare = value.strip() if isinstance(value, str) else value
    return None if bare == "" or bare == [] else bare


def _same(value: Any, literal: Any) -> bool:
    """Equal in type and value; numbers are of one type."""
    if _is_number(value) and _is_number(literal):
        return bool(value == literal)
    return type(value) is type(literal) and bool(value == literal)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


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
    if kind == "sign" or text in _WORDS:
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
        if self._peek() in _SIGNS:
            raise NotSupported
        return name

    def _comparison(self) -> Condition:
        if self._peek() == "literal":
            return self._containment()
        name = self._take("name")
        if self._is_negated_in():
            self._take("not")
            return negate(self._among(name))
        sign = self._peek()
        if sign == "in":
            return self._among(name)
        if sign not in _SIGNS:
            return {"name": name, "is": True}
        self._take(sign)
        literal = self._take("literal")
        if sign in _ORDER:
            if not _is_number(literal):
                raise NotSupported
            return {"name": name, _ORDER[sign][0]: literal}
        return {"name": name, "is" if sign == "==" else "is_not": literal}

    def _is_negated_in(self) -> bool:
        return [kind for kind, _ in self._tokens[:2]] == ["not", "in"]

    def _containment(self) -> Condition:
        """`"value" in list`, or `not in`."""
        literal, negated = self._take("literal"), self._is_negated_in()
        if not isinstance(literal, str):
            raise NotSupported
        if negated:
            self._take("not")
        self._take("in")
        found: Condition = {"name": self._take("name"), "has": literal}
        return negate(found) if negated else found

    def _among(self, name: str) -> Condition:
        """`in [literal, …]`."""
        self._take("in")
        self._take("[")
        found = [self._take("literal")]
        while self._peek() == ",":
            self._take(",")
            found.append(self._take("literal"))
        self._take("]")
        if len(found) > MAX_LIST:
            raise NotSupported
        return {"name": name, "in": found}
