"""What a page needs to draw a form: a frozen tree of items, phone-first, in one column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Condition = dict[str, Any]
"""The JSON form of a condition that browsers evaluate; see forms.conditions."""


@dataclass(frozen=True)
class Choice:
    """One option of a select or radio."""

    value: str  # what is stored
    label: str  # what people read


@dataclass(frozen=True)
class Item:
    """One control, or one static text, in the order of drawing."""

    kind: str  # a key of forms.kinds.KINDS, e.g. "textfield"
    id: str  # the component's id in the form file
    key: str = ""  # the name of the stored value; "" for static text
    label: str = ""
    text: str = ""  # of static text; plain, never markup
    help: str = ""
    required: bool = False
    required_when: Condition | None = None  # required only while this holds
    show_when: Condition | None = None  # drawn only while this holds; None: always
    choices: tuple[Choice, ...] = ()
    options: str | None = None  # where choices come from when they are not static, e.g. "points"
    min_length: int | None = None  # characters
    max_length: int | None = None
    minimum: float | None = None  # of a number
    maximum: float | None = None
    decimals: int | None = None
    min_count: int | None = None  # things in a list: choices ticked, photos, files, rows
    max_count: int | None = None
    accept: tuple[str, ...] = ()  # endings of a file's name, e.g. ".pdf"; none: any
    columns: tuple[Item, ...] = ()  # the fields of each row of a table
    read_only: bool = False  # shows what the case knows; a submitted value is ignored
    default: str | float | bool | None = None  # filled in when the form is opened; the server adds nothing


@dataclass(frozen=True)
class Layout:
    """A form as it is drawn."""

    key: str
    title: str
    items: tuple[Item, ...]
