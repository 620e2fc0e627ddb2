"""The posted fields of a form page as values of the form language.

A list repeats its name. A place is `key.latitude`, `key.longitude`, `key.accuracy`. A table names its rows in their
order by `key.row`, repeated, and each cell `key.<row>.<column>`; rows in which nothing was filled in are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from accounts.csrf import FIELD as CSRF
from forms.layout import Item, Layout

OWN = "_"
"""Names of the page's own hidden inputs begin so; no field of a form may."""
EXACT = 2**53
"""Whole numbers up to here are the same in a browser and in JSON everywhere."""
PLACE = ("latitude", "longitude", "accuracy")

_Sent = dict[str, list[str]]


def posted(layout: Layout) -> dict[str, Any]:
    """Names the form does not have stay in, to be refused by it.

    A checkbox becomes true or false, a number a number where it is one, empty text is left out. A time stays the text
    of the control: the form language reads it in Asia/Shanghai.
    """
    left = {name: texts for name, texts in sent().lists()}
    values = _values(layout.items, left, "")
    return values | {name: texts[-1] for name, texts in left.items() if texts[-1].strip()}


def sent() -> MultiDict[str, str]:
    """The posted fields without the page's own."""
    return MultiDict((n, v) for n, v in request.form.items(multi=True) if n != CSRF and not n.startswith(OWN))


def _values(items: Iterable[Item], left: _Sent, prefix: str) -> dict[str, Any]:
    """The values of the items, taken out of what is left of the posted fields."""
    values: dict[str, Any] = {}
    for item in items:
        if item.key:
            value = _READERS.get(item.kind, _text)(item, prefix + item.key, left)
            if value is not None:
                values[item.key] = value
    return values


def _text(item: Item, name: str, left: _Sent) -> Any:
    texts = [text for text in left.pop(name, []) if text.strip()]
    return texts[-1] if texts else None


def _number(item: Item, name: str, left: _Sent) -> Any:
    """The number a text stands for; any other text stays, for the form to refuse."""
    text = _text(item, name, left)
    try:
        value = float(text or "nan")
    except ValueError:
        return text
    if value != value or abs(value) == float("inf"):
        return text
    return int(value) if value == int(value) and abs(value) < EXACT else value


def _checkbox(item: Item, name: str, left: _Sent) -> Any:
    text = left.pop(name, [""])[-1]
    return text in ("true", "on") or text or False


def _list(item: Item, name: str, left: _Sent) -> Any:
    return [text for text in left.pop(name, []) if text.strip()] or None


def _place(item: Item, name: str, left: _Sent) -> Any:
    return {part: text for part in PLACE if (text := _text(item, f"{name}.{part}", left))} or None


def _rows(item: Item, name: str, left: _Sent) -> Any:
    rows = [_values(item.columns, left, f"{name}.{mark}.") for mark in dict.fromkeys(left.pop(f"{name}.row", []))]
    return [row for row in rows if any(value is not False for value in row.values())] or None


_READERS: dict[str, Callable[[Item, str, _Sent], Any]] = {
    "checkbox": _checkbox,
    "number": _number,
    "checklist": _list,
    "photo": _list,
    "file": _list,
    "location": _place,
    "rows": _rows,
}
