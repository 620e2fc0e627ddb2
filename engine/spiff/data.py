"""Data of a case is JSON and nothing else: what comes in is made so at once, not when it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.spiff.errors import NotPlainData


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in JSON values: instants as ISO 8601, spans of time as seconds. Raises NotPlainData."""
    return {str(name): _plain(str(name), value) for name, value in values.items()}


def _plain(name: str, value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(name, inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, inner) for inner in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return float(value)
    raise NotPlainData(name=name)
