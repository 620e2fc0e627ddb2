"""From a form's layout to the page: the fields to draw, with their values, what they offer and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import Invalid
from forms.compound_values import is_upload
from forms.kinds import KINDS
from forms.layout import Choice, Item, Layout
from forms.options import Options
from forms.problems import FORM
from forms.uploads import Upload, Uploads
from web.attachments import picture
from web.filled import Names, in_words
from web.i18n import language
from web.posted import PLACE

ANY_ROW = "__row__"
"""Stands for a row's number in the row that the script copies."""
SHORT_LIST = 15
"""So many choices are drawn as a plain list; of more, the first OFFERED and a search."""
OFFERED = 50
SPARE_ROWS = 2  # empty rows for who has no script to add any


@dataclass(frozen=True)
class Drawing:
    """What the fields of one form are drawn with, beside their values."""

    options: Options
    known: Mapping[str, Any] = field(default_factory=dict)  # the case's data
    uploads: Uploads | None = None
    refused: Invalid | None = None
    refresh: Mapping[str, str] = field(default_factory=dict)
    """Field key -> address that draws the form again for a newly chosen value of this field."""
    search: str | None = None  # address that searches in a field's choices, with KEY for the field's key


def drawn(layout: Layout, values: Mapping[str, Any], drawing: Drawing) -> list[dict[str, Any]]:
    """The fields of a layout as _fields.field draws them. `values`: what the controls hold."""
    return _Page(layout, values, drawing).fields()


def words_of(refused: Invalid) -> dict[str, list[str]]:
    """Field key -> what is wrong with it, in the reader's language."""
    return {key: [problem[language()] for problem in problems] for key, problems in refused.fields.items()}


def form_errors(layout: Layout, refused: Invalid | None) -> list[str]:
    """What belongs to no field of the page: to the form as a whole, or to a name it does not have."""
    if refused is None:
        return []
    keys = {item.key for item in layout.items if item.key}
    cells = {(item.key, column.key) for item in layout.items for column in item.columns}
    return [
        word if key == FORM else f"{key}: {word}"
        for key, words in words_of(refused).items()
        for word in words
        if key not in keys and (key.partition(".")[0], key.rpartition(".")[2]) not in cells
    ]


def defaults(layout: Layout) -> dict[str, Any]:
    """What a form holds when it is opened for the first time."""
    return {item.key: item.default for item in layout.items if item.key and item.default is not None}


class _Page:
    """The fields of one form while they are prepared."""

    def __init__(self, layout: Layout, values: Mapping[str, Any], drawing: Drawing) -> None:
        self._layout, self._values, self._drawing = layout, values, drawing
        self._errors = words_of(drawing.refused) if drawing.refused else {}
        self._asked = _askable({**drawing.known, **values})
        self._uploaded = _uploaded(layout, values, drawing.uploads)

    def fields(self) -> list[dict[str, Any]]:
        return [self._field(item, self._values.get(item.key), item.key) for item in self._layout.items]

    def _field(self, item: Item, value: Any, name: str, *, in_row: bool = False) -> dict[str, Any]:
        """`name`: of the control; in a row it begins with the table's key and the row's number."""
        drawing = self._drawing
        drawn = {
            "kind": item.kind,
            "key": name,
            "label": item.label,
            "help": item.help,
            "text": item.text,
            "required": item.required,
            "read_only": item.read_only,
            "in_row": in_row,
            "min": _short(item.minimum),
            "max": _short(item.maximum),
            "step": _short(None if item.decimals is None else 10**-item.decimals),
            "min_length": item.min_length,
            "max_length": item.max_length,
            "min_count": item.min_count,
            "max_count": item.max_count,
            "accept": ",".join(item.accept),
            "show": item.show_when,
            "require": item.required_when,
            "value": _held(item, value),
            "shown": in_words(item, drawing.known.get(item.key), Names()) if item.read_only else None,
            "errors": self._errors.get(name, []),
            "refresh": drawing.refresh.get(item.key),
        }
        if KINDS[item.kind].choices:
            drawn |= self._offered(item, drawn["value"])
        if KINDS[item.kind].upload:
            drawn["uploads"] = [self._upload(one) for one in _listed(drawn["value"])]
        if item.columns:
            drawn |= self._rows(item, drawn["value"] or [])
        return drawn

    def _offered(self, item: Item, value: Any) -> dict[str, Any]:
        """The choices; of a long list from the house the first ones, the chosen one, and where to search."""
        offered, search = list(choices_of(item, self._drawing.options, self._asked)), None
        if item.kind == "select" and len(offered) > SHORT_LIST and item.options and self._drawing.search:
            search = self._drawing.search.replace("KEY", item.key)
            chosen = [choice for choice in offered[OFFERED:] if choice.value == value]
            if value and all(choice.value != value for choice in offered):
                found = self._drawing.options.search(item.options, str(value), self._asked)
                chosen = [choice for choice in found if choice.value == value]
            offered = chosen + offered[:OFFERED]
        return {"options": [(choice.value, choice.label) for choice in offered], "search": search}

    def _upload(self, upload_id: str) -> dict[str, Any]:
        found = self._uploaded.get(upload_id)
        return picture(upload_id) | {"id": upload_id, "name": found.name if found else "", "gone": found is None}

    def _rows(self, item: Item, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """The rows that are there, at least as many as are needed, some spare ones, and one to copy."""
        most = item.max_count or len(rows)
        needed = max(len(rows), item.min_count or 0)
        spare = max(0, min(SPARE_ROWS, most - needed))
        numbers = [(str(number), number >= needed) for number in range(needed + spare)]
        return {
            "rows": [self._row(item, number, _at(rows, int(number)), spare) for number, spare in numbers],
            "blank": self._row(item, ANY_ROW, {}, spare=False),
        }

    def _row(self, item: Item, number: str, row: Mapping[str, Any], spare: bool) -> dict[str, Any]:
        names = [(column, f"{item.key}.{number}.{column.key}") for column in item.columns]
        cells = [self._field(column, row.get(column.key, column.default), name, in_row=True) for column, name in names]
        return {"number": number, "spare": spare, "fields": cells}


def choices_of(item: Item, options: Options, known: Mapping[str, Any]) -> Sequence[Choice]:
    """What a field offers: written in the form, or asked from the house."""
    return options.choices(item.options, known) if item.options else item.choices


def _uploaded(layout: Layout, values: Mapping[str, Any], uploads: Uploads | None) -> Mapping[str, Upload]:
    """What is known of the uploads that the controls hold, in one question."""
    kinds = ((item, values.get(item.key)) for item in layout.items if KINDS[item.kind].upload)
    ids = [one for item, value in kinds for one in _listed(_held(item, value))]
    return uploads.usable(ids) if uploads and ids else {}


def _askable(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a database can be asked for: texts without NUL. Typed values and drafts may hold anything."""
    return {key: value for key, value in values.items() if isinstance(value, str) and "\0" not in value}


def _held(item: Item, value: Any) -> Any:
    """What a control can hold; a draft that came as JSON may have anything in it."""
    kind = KINDS[item.kind]
    if item.kind == "rows":
        return [row for row in _listed(value) if isinstance(row, dict)][: kind.max_count]
    if item.kind == "location":
        return {part: _short_text(value.get(part)) for part in PLACE} if isinstance(value, dict) else None
    if kind.upload:
        return [one for one in _listed(value) if is_upload(one)][: kind.max_count]
    if item.kind == "checklist":
        return [one for one in _listed(value) if isinstance(one, str)]
    if value is None or isinstance(value, list | dict):
        return None
    if item.kind == "checkbox":
        return value is True
    return value if isinstance(value, int | float) and item.kind == "number" else str(value)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _at(rows: list[dict[str, Any]], number: int) -> Mapping[str, Any]:
    return rows[number] if number < len(rows) else {}


def _short_text(value: Any) -> str:
    return str(value)[:40] if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _short(value: float | None) -> int | float | None:
    return int(value) if value is not None and value == int(value) else value
