"""Data of a case is JSON and nothing else: what comes in is made so at once, not when it is saved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson

from engine.spiff.errors import NotPlainData

MAX_NESTING = 100  # lists and objects within each other; orjson ends at 254
MAX_INTEGER = 2**63 - 1  # JSON as both databases and browsers' tools read it


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in JSON values: instants as ISO 8601, spans of time as seconds. Raises NotPlainData."""
    return {_text(str(name), name): _plain(str(name), value, 0) for name, value in values.items()}


def same(a: Any, b: Any) -> bool:
    """Equal as JSON: 1, 1.0 and true are equal in Python, not in what is saved."""
    if a is b:
        return True
    if type(a) is not type(b) or a != b:
        return False
    if isinstance(a, dict | list):
        return orjson.dumps(a, option=orjson.OPT_SORT_KEYS) == orjson.dumps(b, option=orjson.OPT_SORT_KEYS)
    return True


def _plain(name: str, value: Any, nesting: int) -> Any:
    if value is None or isinstance(value, str | bool | int | float | Decimal):
        return _scalar(name, value)
    if nesting > MAX_NESTING:
        raise NotPlainData(name=name)
    if isinstance(value, Mapping):
        return {_text(name, key): _plain(name, inner, nesting + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, inner, nesting + 1) for inner in value]
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise NotPlainData(name=name)


def _scalar(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return _text(name, value)
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise NotPlainData(name=name)
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise NotPlainData(name=name)
    return value


def _text(name: str, value: Any) -> str:
    """A text that can be saved: half a surrogate pair is none."""
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotPlainData(name=ascii(name)) from None
    return text
