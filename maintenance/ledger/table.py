"""A file, or a few values from a form, as rows of the ledger: known columns, clean values, and every finding so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from maintenance.ledger.columns import BOOKS, DEVICES, POINTS, Book, Column, Subject, by_heading, folded
from maintenance.ledger.csv_file import read_csv
from maintenance.ledger.escaping import plain
from maintenance.ledger.findings import Findings, refuse
from maintenance.ledger.grid import MAX_ROWS, Cell, Grid, is_blank
from maintenance.ledger.values import Bad, Mark, read_value
from maintenance.ledger.xlsx_file import read_xlsx

MAX_MEGABYTES = 5
NOTES = frozenset({"说明", "填写说明", "notes", "readme"})  # sheets for people

_OLE = b"\xd0\xcf\x11\xe0"  # .xls, and workbooks with a password
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Row:
    """Values of one row by column key; None where the cell is blank, no key where it could not be read."""

    number: int | None
    values: dict[str, Any]


@dataclass(frozen=True)
class Part:
    """The rows of one half of the ledger."""

    book: Book
    title: str | None  # of the sheet
    headings: dict[str, str]  # column key -> heading as the file writes it
    rows: list[Row]

    def place(self, row: Row, key: str) -> dict[str, Any]:
        """Where a finding is, for Findings.add."""
        return {"sheet": self.title, "row": row.number, "column": self.headings.get(key, key)}


@dataclass
class Table:
    """What came in. Its findings are told together with those of the comparison with the ledger."""

    parts: dict[Subject, Part] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)


def read_table(content: bytes) -> Table:
    """A .csv or .xlsx file, told by its content. Raises LedgerRefused for one that cannot be read at all."""
    if len(content) > MAX_MEGABYTES * 1024 * 1024:
        raise refuse("ledger_too_large", limit=MAX_MEGABYTES)
    if not content.strip():
        raise refuse("ledger_empty")
    if content.startswith(_OLE):
        raise refuse("ledger_old_excel")
    if content.startswith(_ZIP):
        return _table(read_xlsx(content))
    if b"\0" in content or content.startswith((b"%PDF", b"<", b"{\\rtf")):
        raise refuse("ledger_not_a_table")
    return _table(read_csv(content))


def table_of(book: Book, values: Mapping[str, Any]) -> Table:
    """One row from a form or the API, by column keys. A mistake names the key as its column."""
    table = Table()
    part = Part(book, None, {column.key: column.key for column in book.columns}, [])
    known = {column.key: column for column in book.columns}
    columns = [(known[key], value) for key, value in values.items() if key in known]
    part.rows.append(_row(table, part, None, columns))
    table.parts[book.subject] = part
    return table


def _table(grids: list[Grid]) -> Table:
    table = Table()
    for grid in grids:
        if not grid.rows or (grid.title and folded(grid.title) in NOTES):
            continue
        book = _book(grid)
        if book is None:
            table.findings.add("ledger_sheet", sheet=grid.title)
        elif book.subject in table.parts:
            table.findings.add("ledger_sheet_twice", sheet=grid.title, book=book.zh)
        else:
            _read_part(table, book, grid)
    rows = sum(len(part.rows) for part in table.parts.values())
    if rows > MAX_ROWS:
        raise refuse("ledger_too_many_rows", limit=MAX_ROWS)
    if not rows and not table.findings.count:
        raise refuse("ledger_no_rows")
    return table


def _book(grid: Grid) -> Book | None:
    """By the sheet's name; else by its headings: what has serial numbers are devices.

    Without them it is what has more headings of its own: devices without serial numbers are told just what they lack.
    """
    for book in BOOKS:
        if grid.title and folded(grid.title) in {folded(book.zh), book.en, book.subject}:
            return book
    headings = {folded(str(cell)) for cell in grid.rows[0][1] if isinstance(cell, str)}
    own = {book.subject: set(by_heading(book)) for book in BOOKS}
    if grid.title and len(headings & (own["point"] | own["device"])) < 2:
        return None
    serial = {folded(heading) for heading in DEVICES.column("serial").headings}
    if headings & serial:
        return DEVICES
    for_points, for_devices = (headings & own["point"]) - own["device"], (headings & own["device"]) - own["point"]
    return DEVICES if len(for_devices) > len(for_points) else POINTS


def _read_part(table: Table, book: Book, grid: Grid) -> None:
    number, cells = grid.rows[0]
    columns = _columns(table.findings, book, grid.title, number, cells)
    present = {column.key for column in columns.values()}
    for column in book.columns:
        if column.required and column.key not in present:
            table.findings.add("ledger_missing_column", sheet=grid.title, row=number, heading=column.zh)
    headings = {column.key: plain_heading(cells[position]) for position, column in columns.items()}
    for row, position in grid.merged:
        heading = plain_heading(cells[position]) if position < len(cells) else None
        table.findings.add("ledger_merged", sheet=grid.title, row=row, column=heading)
    part = Part(book, grid.title, headings, [])
    for row_number, raw in grid.rows[1:]:
        _stray(table, grid.title, row_number, raw, cells)
        found = [(column, plain(_at(raw, position))) for position, column in columns.items()]
        part.rows.append(_row(table, part, row_number, found))
    table.parts[book.subject] = part


def _columns(findings: Findings, book: Book, title: str | None, number: int, cells: list[Cell]) -> dict[int, Column]:
    """Position -> column; every heading that is unknown or there twice is a finding."""
    known, columns = by_heading(book), dict[int, Column]()
    for position, cell in enumerate(cells):
        heading = plain_heading(cell)
        if not heading:
            continue
        shown = f"#{position + 1}" if isinstance(cell, Mark) else heading
        place: dict[str, Any] = {"sheet": title, "row": number, "column": shown}
        column = known.get(folded(heading))
        if isinstance(cell, Mark):
            findings.add(cell.value, **place)
        elif column is None:
            findings.add("ledger_unknown_column", **place)
        elif column in columns.values():
            findings.add("ledger_column_twice", **place)
        else:
            columns[position] = column
    return columns


def _row(table: Table, part: Part, number: int | None, cells: list[tuple[Column, Cell]]) -> Row:
    row = Row(number, {})
    for column, raw in cells:
        try:
            value = read_value(column, raw)
        except Bad as bad:
            shown = None if isinstance(raw, Mark) else raw
            table.findings.add(bad.code, **part.place(row, column.key), value=shown, **bad.params)
            continue
        if value is None and column.required:
            table.findings.add("ledger_required", **part.place(row, column.key))
            continue
        row.values[column.key] = value
    return row


def _stray(table: Table, title: str | None, number: int, row: list[Cell], headings: list[Cell]) -> None:
    """Something under no heading would be lost without a word."""
    for position, cell in enumerate(row):
        if not is_blank(cell) and not plain_heading(_at(headings, position)):
            column = f"#{position + 1}"
            shown = None if isinstance(cell, Mark) else cell
            table.findings.add("ledger_no_heading", sheet=title, row=number, column=column, value=shown)


def plain_heading(cell: Cell) -> str:
    return "" if cell is None else " ".join(str(cell.value if isinstance(cell, Mark) else cell).split())[:60]


def _at(cells: list[Cell], position: int) -> Cell:
    return cells[position] if position < len(cells) else None
