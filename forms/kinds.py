"""The registry of field kinds: what a form file may write for each, the value it stores, the literals it can equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import fields

from forms.layout import Item
from forms.values import CheckboxValue, ChoiceValue, NumberValue, TextValue, TimeValue

MAX_TEXT, MAX_TEXTAREA = 200, 4000  # characters
MAX_NUMBER = 1_000_000_000_000.0  # either side of zero: exact in a browser, too
MAX_DECIMALS = 6


@dataclass(frozen=True)
class Kind:
    """One kind of component. A new kind is an entry of KINDS, a macro of the page, a line of the owners' guide."""

    name: str  # the component's "type"
    attributes: frozenset[str]  # allowed beside the common ones
    rules: frozenset[str] = frozenset()  # allowed inside "validate"
    properties: frozenset[str] = frozenset()  # allowed inside "properties"
    field: Callable[[Item], fields.Field[Any]] | None = None  # reads a submitted value; None: nothing is stored
    equals: Callable[[Item, Any], bool] = lambda item, literal: False  # can a value equal this literal in a condition?
    label: str = "label"  # the attribute that names the field
    max_length: int | None = None  # characters; what maxLength may lower
    choices: bool = False  # has "values" or "properties.options"


def _text(item: Item) -> fields.Field[Any]:
    return TextValue(item.max_length or MAX_TEXT, item.min_length or 0)


def _number(item: Item) -> fields.Field[Any]:
    minimum = -MAX_NUMBER if item.minimum is None else item.minimum
    maximum = MAX_NUMBER if item.maximum is None else item.maximum
    return NumberValue(minimum, maximum, MAX_DECIMALS if item.decimals is None else item.decimals)


def _choice(item: Item) -> fields.Field[Any]:
    return ChoiceValue(None if item.options else frozenset(choice.value for choice in item.choices))


def _is_text(item: Item, literal: Any) -> bool:
    return isinstance(literal, str) and literal != "" and literal == literal.strip()


def _is_number(item: Item, literal: Any) -> bool:
    return isinstance(literal, int | float) and not isinstance(literal, bool)


def _is_choice(item: Item, literal: Any) -> bool:
    return isinstance(literal, str) and (item.options is not None or literal in {c.value for c in item.choices})


_INPUT = frozenset({"key", "label", "description", "readonly", "validate", "properties", "conditional"})
_ANY = frozenset({"requiredIf"})

_ALL = (
    Kind("text", frozenset({"text", "conditional"}), label=""),
    Kind(
        "textfield",
        _INPUT | {"defaultValue"},
        frozenset({"required", "minLength", "maxLength"}),
        _ANY,
        _text,
        _is_text,
        max_length=MAX_TEXT,
    ),
    Kind(
        "textarea",
        _INPUT | {"defaultValue"},
        frozenset({"required", "minLength", "maxLength"}),
        _ANY,
        _text,
        _is_text,
        max_length=MAX_TEXTAREA,
    ),
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
        frozenset({"required"}),
        _ANY,
        lambda item: CheckboxValue(),
        lambda item, literal: isinstance(literal, bool),
    ),
    Kind(
        "radio",
        _INPUT | {"defaultValue", "values"},
        frozenset({"required"}),
        _ANY | {"options"},
        _choice,
        _is_choice,
        choices=True,
    ),
    Kind(
        "select",
        _INPUT | {"defaultValue", "values"},
        frozenset({"required"}),
        _ANY | {"options"},
        _choice,
        _is_choice,
        choices=True,
    ),
    Kind(
        "datetime",
        (_INPUT - {"label"}) | {"dateLabel", "timeLabel", "subtype", "use24h", "timeInterval", "timeSerializingFormat"},
        frozenset({"required"}),
        _ANY,
        lambda item: TimeValue(),
        label="dateLabel",
    ),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
