"""How large a submission is, counted without recursion: whatever was nested, counting ends at the limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VALUE = 8  # bytes that a number, a truth value, a null, a list or an object counts


def size(data: Mapping[Any, Any], limit: int) -> int:
    """Bytes in UTF-8 of all names and texts, and VALUE for everything else; beyond the limit any larger number."""
    total, waiting = 0, list[Any]([data])
    while waiting and total <= limit:
        value = waiting.pop()
        if isinstance(value, str):
            total += len(value.encode("utf-8", "surrogatepass"))
            continue
        total += VALUE
        if isinstance(value, Mapping):
            total += sum(len(str(name).encode("utf-8", "surrogatepass")) for name in value)
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
    return total
