"""The types of columns: whether a value fits one, and ISO texts of a case's data read as dates, times and lengths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.decisions.literals import read_date, read_length
from engine.decisions.vocabulary import TYPES, WHOLE
from engine.durations import parse_instant
from engine.expressions.values import as_text, kind_of

_READ: dict[str, Callable[[str], Any]] = {"date": read_date, "time": parse_instant, "duration": read_length}


def fits(value: Any, type_ref: str) -> bool:
    """Whether a value is of a known type. Null is of every type."""
    kind = TYPES[type_ref]
    if value is None or kind is None:
        return True
    return kind_of(value) == kind and (type_ref not in WHOLE or value == int(value))


def read_as(value: Any, type_ref: str) -> Any:
    """A text in a column of dates, times or lengths as what it writes, anything else as it is.

    A case's data is JSON, which has none of the three. Raises InvalidTime or NotALength.
    """
    read = _READ.get(TYPES[type_ref] or "")
    return read(value) if read is not None and type(value) is str else value


def shown(value: Any) -> str:
    """How a value reads in a message or a finding."""
    if type(value) is str:
        return f'"{value}"'
    if value is None:
        return "null"
    if type(value) in (list, dict):
        return "[…]" if type(value) is list else "{…}"
    return as_text(value)
