"""What the attributes of a component may hold: types and bounds, and texts that are safe to draw."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError

from forms.kinds import MAX_DECIMALS, MAX_NUMBER, MAX_ROWS, SPECIAL
from forms.values import MAX_CHOICE_LENGTH, clean_text

MAX_LABEL, MAX_STATIC_TEXT = 200, 2000  # characters
TEXTS = dict.fromkeys(("label", "dateLabel", "timeLabel"), MAX_LABEL) | dict.fromkeys(
    ("description", "text"), MAX_STATIC_TEXT
)
"""Attributes that are drawn -> characters they may have."""
_COUNT = re.compile(r"[0-9]{1,3}")


def is_plain(value: Any, limit: int) -> bool:
    """Whether it is text that may be drawn: not too long, without control characters."""
    try:
        clean_text(value)
    except ValidationError:
        return False
    return len(value) <= limit


def is_template(text: str) -> bool:
    """Form editors read `{{…}}` and a leading `=` as templates; this form language has none."""
    return "{{" in text or "}}" in text or text.lstrip().startswith("=") or "${" in text


def is_choice(value: Any) -> bool:
    """Whether it is one entry of "values"."""
    return (
        isinstance(value, dict)
        and value.keys() == {"label", "value"}
        and is_plain(value["label"], MAX_LABEL)
        and is_plain(value["value"], MAX_CHOICE_LENGTH)
        and bool(value["label"].strip())
        and bool(value["value"])
        and value["value"] == value["value"].strip()
    )


def count(value: Any) -> int | None:
    """A number of things; form editors write custom properties as text. None: it is no such number."""
    if isinstance(value, str) and _COUNT.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MAX_NUMBER


def _is_whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_count(least: int) -> Callable[[Any], bool]:
    return lambda value: (found := count(value)) is not None and least <= found <= MAX_ROWS


def _is_layout(value: Any) -> bool:
    """Rows and columns that editors write are accepted; forms are drawn in one column."""
    return isinstance(value, dict) and value.keys() <= {"row", "columns"}


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind)


RIGHT: dict[str, Callable[[Any], bool]] = {
    "layout": _is_layout,
    "readonly": _is(bool),
    "values": _is(list),
    "components": _is(list),
    "validate": _is(dict),
    "properties": _is(dict),
    "conditional": _is(dict),
    "decimalDigits": _is_whole(0, MAX_DECIMALS),
    "subtype": lambda value: value == "datetime",
    "use24h": lambda value: value is True,
    "timeInterval": _is_whole(1, 60),
    "timeSerializingFormat": lambda value: value in ("utc_offset", "utc_normalized", "no_timezone"),
    "accept": _is(str),
    "multiple": _is(bool),
    "isRepeating": lambda value: value is True,
    "allowAddRemove": lambda value: value is True,
    "defaultRepetitions": _is_whole(0, MAX_ROWS),
    "showOutline": _is(bool),
    "required": _is(bool),
    "minLength": _is_whole(0, 4000),
    "maxLength": _is_whole(1, 4000),
    "min": _is_number,
    "max": _is_number,
    "hide": _is(str),
    "requiredIf": _is(str),
    "options": _is(str),
    "kind": lambda value: isinstance(value, str) and value in SPECIAL,
    "minCount": _is_count(0),
    "maxCount": _is_count(1),
}
"""Attribute -> whether its value is right, apart from what it means beside others."""
