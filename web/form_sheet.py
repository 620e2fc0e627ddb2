"""The table of fields as the page of a form's design draws it, and what was typed into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from accounts.roles import GROUPS
from engine.definition.findings import Finding
from forms.cells import Cell, cells_of
from forms.kinds import KINDS
from forms.sheet import Row, Sheet
from forms.words import CELL_WORDS, KIND_WORDS
from web.frame import group_name
from web.i18n import language
from web.words import _, ngettext

PREFIX = "f."
"""Names of the controls: f.<path of the row>.<cell>."""
KIND = "kind"

_MAIN = ("label", "text", "key", "required", "read_only")
_LONG = frozenset({"choices", "help", "text"})
_SUMMED = ("choices", "options", "required_when", "hide", "help")
_SOURCES = ("points", "devices")


def sheet_view(sheet: Sheet, findings: Sequence[Finding]) -> dict[str, Any]:
    """{rows, general: what belongs to no row}; see _form_sheet.html."""
    names = {name for row in sheet.every_row() for name in row.names}
    general = [finding for finding in findings if finding.element_id not in names]
    last = len(sheet.rows) - 1
    rows = [_row(row, place, last, findings) for place, row in enumerate(sheet.rows)]
    return {"rows": rows, "kinds": kinds(), "general": [words_of(one) for one in general]}


def typed(form: MultiDict[str, str]) -> dict[str, dict[str, str]]:
    """Path of a row -> its cells as they were sent; what is not ticked is sent as nothing, and so comes as ""."""
    found: dict[str, dict[str, str]] = {}
    for name, text in form.items():
        if name.startswith(PREFIX):
            path, _dot, cell = name.removeprefix(PREFIX).rpartition(".")
            found.setdefault(path, {})[cell] = text
    flags = dict.fromkeys((cell.name for kind in KINDS.values() for cell in cells_of(kind) if cell.flag), "")
    return {path: {**flags, **cells} for path, cells in found.items()}


def words_of(finding: Finding) -> str:
    return finding.message_zh if language() == "zh" else finding.message_en


def kind_words(name: str) -> str:
    return KIND_WORDS[name][language() != "zh"]


def kinds(*, column: bool = False) -> list[tuple[str, str]]:
    return [(name, kind_words(name)) for name in KIND_WORDS if not column or KINDS[name].column]


def _row(row: Row, place: int, last: int, findings: Sequence[Finding]) -> dict[str, Any]:
    column, end = "." in row.path, len(row.columns) - 1
    main = [cell for name, cell in row.cells.items() if name in _MAIN]
    more = [cell for name, cell in row.cells.items() if name not in _MAIN]
    wrong = [words_of(one) for one in findings if one.element_id in row.names]
    return {
        "path": row.path,
        "id": row.id or row.path,
        "number": place + 1,
        "up": place > 0,
        "down": place < last,
        "kind": row.kind.name if row.kind else "",
        "kind_name": f"{PREFIX}{row.path}.{KIND}",
        "kinds": kinds(column=column) if row.kind else [],
        "name": _name(row),
        "main": [_cell(row, *cell) for cell in main],
        "more": [_cell(row, *cell) for cell in more],
        "summary": _summary(row),
        "findings": list(dict.fromkeys(wrong)),
        "is_table": row.kind is not None and row.kind.name == "rows",
        "column_kinds": kinds(column=True),
        "columns": [_row(one, number, end, findings) for number, one in enumerate(row.columns)],
    }


def _name(row: Row) -> str:
    """What buttons call the field."""
    texts = (row.cells[name][1] for name in ("label", "text", "key") if name in row.cells)
    return next((text for text in texts if text), row.id or row.path)


def _cell(row: Row, cell: Cell, text: str | None) -> dict[str, Any]:
    drawn = {
        "cell": cell.name,
        "name": f"{PREFIX}{row.path}.{cell.name}",
        "id": f"cell-{row.path.replace('.', '-')}-{cell.name}",
        "label": CELL_WORDS[cell.name][language() != "zh"],
        "text": text or "",
        "off": text is None,
        "hint": _hint(cell.name),
    }
    if cell.flag:
        return drawn | {"control": "flag"}
    if cell.name == "options":
        return drawn | {"control": "select", "options": _sources(text or "")}
    return drawn | {"control": "area" if cell.name in _LONG else "line"}


def _sources(present: str) -> list[tuple[str, str]]:
    """Where choices may come from; a source that is written in the file and nobody knows stays."""
    words = {"points": _("Points"), "devices": _("Devices")}
    people = [(f"people:{group}", _("People: %(group)s", group=group_name(group))) for group in GROUPS]
    offered = [("", _("Written in the choices")), *((source, words[source]) for source in _SOURCES), *people]
    return offered if any(value == present for value, _word in offered) else [*offered, (present, present)]


def _hint(name: str) -> str:
    hints: Mapping[str, str] = {
        "choices": _("One a line: what people read = what is stored. Without “=” the same is stored."),
        "required_when": _("For example: %(example)s", example='result == "no"'),
        "hide": _("The field is hidden while this holds. For example: %(example)s", example="not replaced"),
        "accept": _("For example: %(example)s", example=".pdf,.docx"),
    }
    return hints.get(name, "")


def _summary(row: Row) -> str:
    """What the closed part holds."""
    texts = {name: row.cells[name][1] or "" for name in _SUMMED if name in row.cells}
    parts = []
    if texts.get("choices"):
        parts.append(" / ".join(line.rpartition("=")[0].strip() or line for line in texts["choices"].splitlines()))
    if texts.get("options"):
        parts.append(dict(_sources(texts["options"]))[texts["options"]])
    if row.columns:
        parts.append(ngettext("%(num)s column", "%(num)s columns", len(row.columns)))
    parts += [f"{CELL_WORDS[name][language() != 'zh']} {texts[name]}" for name in _SUMMED[2:4] if texts.get(name)]
    parts += [texts["help"]] if texts.get("help") else []
    return " · ".join(parts)[:120]
