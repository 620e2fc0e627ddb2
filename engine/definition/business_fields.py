"""The process property "fields": variables that lists show, filter and sort by, as in `point, level:number`."""

from __future__ import annotations

from engine.definition.model import ElementModel

PROPERTY = "fields"
TYPES = ("text", "number", "boolean")
MAX_FIELDS = 20  # of one process
MAX_LETTERS = 60  # of one name


def field_types(process: ElementModel) -> dict[str, str]:
    """Name -> type as written, each name once, the first one counts. Without a type it is a text."""
    found: dict[str, str] = {}
    for part in process.properties.get(PROPERTY, "").split(","):
        name, _, type = (piece.strip() for piece in part.partition(":"))
        if name:
            found.setdefault(name, type or "text")
    return found
