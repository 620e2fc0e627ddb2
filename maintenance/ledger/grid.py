"""A sheet as it was read: numbered rows of raw cells, before anybody asks what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from maintenance.ledger.findings import refuse

MAX_ROWS = 20_000  # rows of data on all sheets together
MAX_COLUMNS = 50
LAST_ROW = 25_000  # where reading ends: blank rows beyond the data count, too

Cell = object  # None, str, int, float, bool, date, datetime, or a values.Mark


@dataclass(frozen=True)
class Grid:
    """One sheet, blank rows left out. The first row is that of the headings."""

    title: str | None  # None: a file without sheets
    rows: list[tuple[int, list[Cell]]]  # (number as the spreadsheet shows it, cells without blanks at the end)
    merged: list[tuple[int, int]] = field(default_factory=list)  # (row, column from 0) where merged ranges begin


def gather(title: str | None, rows: Iterable[Iterable[Cell]]) -> list[tuple[int, list[Cell]]]:
    """Number the rows and leave out blank ones. Raises LedgerRefused beyond the bounds."""
    kept: list[tuple[int, list[Cell]]] = []
    for number, row in enumerate(rows, start=1):
        if number > LAST_ROW:
            raise refuse("ledger_too_many_rows", sheet=title, row=number, limit=LAST_ROW)
        cells = list(row)
        while cells and is_blank(cells[-1]):
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise refuse("ledger_too_many_columns", sheet=title, row=number, limit=MAX_COLUMNS)
        if cells:
            kept.append((number, cells))
        if len(kept) > MAX_ROWS + 1:
            raise refuse("ledger_too_many_rows", sheet=title, row=number, limit=MAX_ROWS)
    return kept


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
