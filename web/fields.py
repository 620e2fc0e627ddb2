"""Between a form's layout and the page: fields to draw with their values and errors, and posted fields as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from accounts.csrf import FIELD as CSRF
from engine.errors import Invalid
from forms.layout import Choice, Item, Layout
from forms.options import Options
from forms.problems import FORM
from web.filled import Names, in_words
from web.i18n import language

OWN = "_"
"""Names of the page's own hidden inputs begin so; no field of a form may."""
LAYOUT = "_form"
"""Hidden input: the key of the form that is sent."""
EXACT = 2**53
"""Whole numbers up to here are the same in a browser and in JSON everywhere."""


def posted(layout: Layout) -> dict[str, Any]:
    """The posted fields as values of the form language. Names the form does not have stay in, to be refused by it.

    A checkbox becomes true or false, a number a number where it is one, empty text is left out. A time stays the text
    of the control: the form language reads it in Asia/Shanghai.
    """
    kinds = {item.key: item.kind for item in layout.items if item.key}
    values: dict[str, Any] = {key: False for key, kind in kinds.items() if kind == "checkbox"}
    for name, text in sent().items():
        if kinds.get(name) == "checkbox":
            values[name] = text in ("true", "on") or text
        elif text.strip():
            values[name] = _number(text) if kinds.get(name) == "number" else text
    return values


def sent() -> MultiDict[str, str]:
    """The posted fields without the page's own."""
    return MultiDict((n, v) for n, v in request.form.items(multi=True) if n != CSRF and not n.startswith(OWN))


def drawn(
    layout: Layout,
    options: Options,
    values: Mapping[str, Any],
    known: Mapping[str, Any],
    refused: Invalid | None = None,
    refresh: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """The fields of a layout as _fields.field draws them.

    `values`: what the controls hold; `known`: the case's data; `refresh`: field key -> address that draws the form
    again for a newly chosen value of this field.
    """
    errors = words_of(refused) if refused else {}
    return [_field(item, options, values, known, errors, (refresh or {}).get(item.key)) for item in layout.items]


def words_of(refused: Invalid) -> dict[str, list[str]]:
    """Field key -> what is wrong with it, in the reader's language."""
    return {key: [problem[language()] for problem in problems] for key, problems in refused.fields.items()}


def form_errors(layout: Layout, refused: Invalid | None) -> list[str]:
    """What belongs to no field of the page: to the form as a whole, or to a name it does not have."""
    if refused is None:
        return []
    keys = {item.key for item in layout.items if item.key}
    return [
        word if key == FORM else f"{key}: {word}"
        for key, words in words_of(refused).items()
        for word in words
        if key not in keys
    ]


def choices_of(item: Item, options: Options, known: Mapping[str, Any]) -> Sequence[Choice]:
    """What a select or radio offers: written in the form, or asked from the house."""
    return options.choices(item.options, known) if item.options else item.choices


def defaults(layout: Layout) -> dict[str, Any]:
    """What a form holds when it is opened for the first time."""
    return {item.key: item.default for item in layout.items if item.key and item.default is not None}


def _field(
    item: Item,
    options: Options,
    values: Mapping[str, Any],
    known: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    refresh: str | None,
) -> dict[str, Any]:
    offered = choices_of(item, options, _askable({**known, **values})) if item.kind in ("select", "radio") else ()
    step = None if item.decimals is None else 10**-item.decimals
    return {
        "kind": item.kind,
        "key": item.key,
        "label": item.label,
        "help": item.help,
        "text": item.text,
        "required": item.required,
        "read_only": item.read_only,
        "options": [(choice.value, choice.label) for choice in offered],
        "min": _short(item.minimum),
        "max": _short(item.maximum),
        "step": _short(step),
        "min_length": item.min_length,
        "max_length": item.max_length,
        "show": item.show_when,
        "require": item.required_when,
        "value": _held(item, values.get(item.key)),
        "shown": in_words(item, known.get(item.key), Names()) if item.read_only else None,
        "errors": errors.get(item.key, []),
        "refresh": refresh,
    }


def _askable(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a database can be asked for: texts without NUL. Typed values and drafts may hold anything."""
    return {key: value for key, value in values.items() if isinstance(value, str) and "\0" not in value}


def _held(item: Item, value: Any) -> Any:
    """What a control can hold; a draft that came as JSON may have anything in it."""
    if value is None or isinstance(value, list | dict):
        return None
    if item.kind == "checkbox":
        return value is True
    return value if isinstance(value, int | float) and item.kind == "number" else str(value)


def _number(text: str) -> int | float | str:
    """The number a text stands for; any other text stays, for the form to refuse."""
    try:
        value = float(text)
    except ValueError:
        return text
    if value != value or abs(value) == float("inf"):
        return text
    return int(value) if value == int(value) and abs(value) < EXACT else value


def _short(value: float | None) -> int | float | None:
    return int(value) if value is not None and value == int(value) else value
