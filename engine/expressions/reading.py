"""Closures that read: a variable, a key of a group, an item of a list. Every value is checked where it is read."""

from __future__ import annotations

from typing import Any

from engine.expressions.budget import Code, Run
from engine.expressions.errors import ExpressionError, UnknownName, WrongType
from engine.expressions.values import checked, kind_of

_MISSING = object()


def read_variable(name: str, position: int) -> Code:
    """A top-level variable of the data."""

    def read(run: Run) -> Any:
        value = run.data.get(name, _MISSING)
        if value is _MISSING:
            raise UnknownName(name, position)
        return _checked(value, position)

    return read


def read_key(group: Code, key: str, path: str, position: int) -> Code:
    """`group.key`; `path` is what errors call it."""

    def read(run: Run) -> Any:
        fields = group(run)
        if type(fields) is not dict:
            raise WrongType(path, kind_of(fields), position=position)
        value = fields.get(key, _MISSING)
        if value is _MISSING:
            raise UnknownName(path, position)
        return _checked(value, position)

    return read


def read_item(container: Code, index: Code, position: int) -> Code:
    """`list[0]` or `group['key']`."""

    def read(run: Run) -> Any:
        values, key = container(run), index(run)
        if (type(values), type(key)) not in ((list, int), (dict, str)):
            raise WrongType("[ ]", kind_of(values), kind_of(key), position=position)
        try:
            value = values[key]
        except LookupError:
            raise UnknownName(f"[{key}]", position) from None
        return _checked(value, position)

    return read


def _checked(value: Any, position: int) -> Any:
    try:
        return checked(value)
    except ExpressionError as error:
        error.at(position)
        raise
