"""The registry of field kinds: what a form file may write for each, the value it stores, the literals it can equal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields

from forms.compound_values import ChecklistValue, LocationValue, RowsValue, SignatureValue, UploadsValue
from forms.layout import Item
from forms.values import CheckboxValue, ChoiceValue, NumberValue, TextValue, TimeValue

MAX_TEXT, MAX_TEXTAREA = 200, 4000  # characters
MAX_NUMBER = 1_000_000_000_000.0  # either side of zero: exact in a browser, too
MAX_DECIMALS = 6
MAX_CHOICES = 100
MAX_UPLOADS = 20  # photos or files in one field
MAX_ROWS, ROWS = 200, 50  # ROWS: where a form does not say
MAX_COLUMNS = 10


@dataclass(frozen=True)
class Kind:
    """One kind of component. A new kind is an entry of KINDS, a macro of the page, a line of the owners' guide."""

    name: str  # what layouts call it
    attributes: frozenset[str]  # allowed beside the common ones
    rules: frozenset[str] = frozenset()  # allowed inside "validate"
    properties: frozenset[str] = frozenset()  # allowed inside "properties"
    field: Callable[[Item], fields.Field[Any]] | None = None  # reads a submitted value; None: nothing is stored
    equals: Callable[[Item, Any], bool] = lambda item, literal: False  # can a value equal this literal in a condition?
    holds: Callable[[Item, Any], bool] = lambda item, literal: False  # can a list of values have this literal in it?
    type: str = ""  # form-js's word for the component; "": the name
    label: str = "label"  # the attribute that names the field
    key: str = "key"  # the attribute with the name of the stored value
    max_length: int | None = None  # characters; what maxLength may lower
    max_count: int | None = None  # things in a list; what maxCount may lower
    choices: bool = False  # has "values"
    upload: bool = False  # stores ids of uploaded files
    column: bool = True  # may stand in a row of a table


def schema_of(items: Iterable[Item], name: str) -> Schema:
    """Types and limits of the fields among the items."""
    values = {item.key: make(item) for item in items if (make := KINDS[item.kind].field)}
    return Schema.from_dict(dict(values), name=name)()


def _text(item: Item) -> fields.Field[Any]:
    return TextValue(item.max_length or MAX_TEXT, item.min_length or 0)


def _number(item: Item) -> fields.Field[Any]:
    minimum = -MAX_NUMBER if item.minimum is None else item.minimum
    maximum = MAX_NUMBER if item.maximum is None else item.maximum
    return NumberValue(minimum, maximum, MAX_DECIMALS if item.decimals is None else item.decimals)


def _choice(item: Item) -> fields.Field[Any]:
    return ChoiceValue(None if item.options else frozenset(choice.value for choice in item.choices))


def _checklist(item: Item) -> fields.Field[Any]:
    return ChecklistValue([choice.value for choice in item.choices], item.min_count or 0, item.max_count or MAX_CHOICES)


def _uploads(item: Item) -> fields.Field[Any]:
    return UploadsValue(item.min_count or 0, item.max_count or MAX_UPLOADS)


def _rows(item: Item) -> fields.Field[Any]:
    rows = schema_of(item.columns, item.key)
    return RowsValue(rows, item.min_count or 0, item.max_count or MAX_ROWS)


def _is_text(item: Item, literal: Any) -> bool:
    return isinstance(literal, str) and literal != "" and literal == literal.strip()


def _is_number(item: Item, literal: Any) -> bool:
    return isinstance(literal, int | float) and not isinstance(literal, bool)


def _is_choice(item: Item, literal: Any) -> bool:
    return isinstance(literal, str) and (item.options is not None or literal in {c.value for c in item.choices})


_INPUT = frozenset({"key", "label", "description", "readonly", "validate", "properties", "conditional"})
_REQUIRED = frozenset({"required"})
_LENGTHS = frozenset({"required", "minLength", "maxLength"})
_ANY = frozenset({"requiredIf"})
_COUNTS = frozenset({"requiredIf", "minCount", "maxCount"})
_TIME = frozenset({"dateLabel", "timeLabel", "subtype", "use24h", "timeInterval", "timeSerializingFormat"})
_LIST = frozenset({"path", "label", "components", "conditional", "properties"})
_LIST_NOTES = frozenset({"isRepeating", "allowAddRemove", "defaultRepetitions", "showOutline"})

_ALL = (
    Kind("text", frozenset({"text", "conditional"}), label="", column=False),
    Kind("textfield", _INPUT | {"defaultValue"}, _LENGTHS, _ANY, _text, _is_text, max_length=MAX_TEXT),
    Kind("textarea", _INPUT | {"defaultValue"}, _LENGTHS, _ANY, _text, _is_text, max_length=MAX_TEXTAREA),
    Kind(
        "number",
        _INPUT | {"defaultValue", "decimalDigits"},
        frozenset({"required", "min", "max"}),
        _ANY,
        _number,
        _is_number,
    ),
    Kind(
        "checkbox",
        _INPUT | {"defaultValue"},
        _REQUIRED,
        _ANY,
        lambda item: CheckboxValue(),
        lambda item, literal: isinstance(literal, bool),
    ),
    Kind(
        "radio",
        _INPUT | {"defaultValue", "values"},
        _REQUIRED,
        _ANY | {"options"},
        _choice,
        _is_choice,
        choices=True,
    ),
    Kind(
        "select",
        _INPUT | {"defaultValue", "values"},
        _REQUIRED,
        _ANY | {"options"},
        _choice,
        _is_choice,
        choices=True,
    ),
    Kind("datetime", (_INPUT - {"label"}) | _TIME, _REQUIRED, _ANY, lambda item: TimeValue(), label="dateLabel"),
    Kind(
        "checklist",
        _INPUT | {"values"},
        _REQUIRED,
        _COUNTS,
        _checklist,
        holds=_is_choice,
        choices=True,
        max_count=MAX_CHOICES,
    ),
    Kind(
        "file",
        _INPUT | {"accept", "multiple"},
        _REQUIRED,
        _COUNTS,
        _uploads,
        type="filepicker",
        max_count=MAX_UPLOADS,
        upload=True,
        column=False,
    ),
    Kind(
        "photo",
        _INPUT | {"accept", "multiple"},
        _REQUIRED,
        _COUNTS | {"kind"},
        _uploads,
        type="filepicker",
        max_count=MAX_UPLOADS,
        upload=True,
        column=False,
    ),
    Kind(
        "signature",
        _INPUT,
        _REQUIRED,
        _ANY | {"kind"},
        lambda item: SignatureValue(),
        type="filepicker",
        upload=True,
        column=False,
    ),
    Kind(
        "location",
        _INPUT,
        _REQUIRED,
        _ANY | {"kind"},
        lambda item: LocationValue(),
        type="textfield",
        column=False,
    ),
    Kind(
        "rows",
        _LIST | _LIST_NOTES,
        frozenset(),
        _COUNTS,
        _rows,
        type="dynamiclist",
        key="path",
        max_count=MAX_ROWS,
        column=False,
    ),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}

SPECIAL = frozenset(kind.name for kind in _ALL if "kind" in kind.properties)
"""Kinds that form-js has no component for: `properties.kind` of the component that form editors draw in their place."""


def kind_of(raw: Any) -> Kind | None:
    """The kind of a component's JSON, or None."""
    name = raw.get("type")
    if not isinstance(name, str):
        return None
    properties = raw.get("properties")
    special = properties.get("kind") if isinstance(properties, dict) else None
    if isinstance(special, str) and special in SPECIAL:
        kind = KINDS[special]
        return kind if kind.type == name else None
    return next((kind for kind in _ALL if (kind.type or kind.name) == name and kind.name not in SPECIAL), None)
