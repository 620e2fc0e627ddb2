"""A form file as a table of fields: a row each, with its cells; whatever the table cannot say stays in the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forms.cells import Cell, cells_of
from forms.document import read_document
from forms.findings import FormRefused
from forms.kinds import Kind, kind_of

Document = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One component, or one column of a table. Its place: "3", or "3.0" of the first column of the fourth component."""

    path: str
    id: str
    kind: Kind | None  # None: the form language knows no such component
    cells: dict[str, tuple[Cell, str | None]]  # name -> the cell and its text; None: the table cannot say it
    columns: tuple[Row, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """What findings may call it."""
        key = self.cells.get("key")
        return frozenset({self.id, (key[1] if key else None) or self.id}) - {""}


@dataclass(frozen=True)
class Sheet:
    """The table of a form."""

    key: str
    title: str
    rows: tuple[Row, ...]

    def every_row(self) -> Iterator[Row]:
        """Columns after their table."""
        for row in self.rows:
            yield row
            yield from row.columns


def read_sheet(content: bytes) -> tuple[Document, Sheet] | None:
    """None: the bytes are no JSON object with a list of components, and there is no table to show."""
    try:
        document = read_document(content)
    except FormRefused:
        return None
    if not isinstance(document.get("components"), list):
        return None
    return document, sheet_of(document)


def sheet_of(document: Document) -> Sheet:
    listed = document["components"]
    first = 1 if listed and is_title(listed[0]) else 0
    rows = tuple(_row(str(place), raw) for place, raw in enumerate(listed) if place >= first)
    return Sheet(str(document.get("id") or ""), title_in(listed[0]) if first else "", rows)


def is_title(component: Any) -> bool:
    return isinstance(component, dict) and component.get("type") == "text" and title_in(component) != ""


def title_in(component: Any) -> str:
    """The words of a title; "" of any other component."""
    text = component.get("text") if isinstance(component, dict) else None
    return text.strip()[2:].strip() if isinstance(text, str) and text.strip().startswith("# ") else ""


def write_document(document: Document) -> bytes:
    """As people and tools for comparing files like to read it."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _row(path: str, raw: Any) -> Row:
    if not isinstance(raw, dict):
        return Row(path, "", None, {})
    identity, kind = str(raw.get("id") or ""), kind_of(raw)
    if kind is None:
        return Row(path, identity, None, {})
    inner = raw.get("components") if kind.name == "rows" else None
    columns = enumerate(inner) if isinstance(inner, list) else ()
    cells = {cell.name: (cell, cell.text(raw)) for cell in cells_of(kind)}
    return Row(path, identity, kind, cells, tuple(_row(f"{path}.{place}", column) for place, column in columns))
