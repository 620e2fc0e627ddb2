"""Writes the ledger as .csv or .xlsx, with the headings that an import understands; nothing in it is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from maintenance.ledger.columns import BOOKS, Book, Column
from maintenance.ledger.escaping import escaped

Sheet = tuple[Book, Sequence[Column], Iterable[Sequence[Any]]]

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH = 18  # characters


def to_csv(sheet: Sheet) -> bytes:
    """One half of the ledger: UTF-8 with the mark by which spreadsheet programs know it."""
    _, columns, rows = sheet
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([column.zh for column in columns])
    for row in rows:
        cells = [_cell(column, value) for column, value in zip(columns, row, strict=True)]
        writer.writerow([cell.isoformat() if isinstance(cell, date) else cell for cell in cells])
    return target.getvalue().encode("utf-8-sig")


def to_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """A sheet for each half. Text is stored as text, so that 00123 stays what it is when it is edited."""
    from openpyxl import Workbook  # rarely used, and not small
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    book: Any = Workbook(write_only=True)
    for half, columns, rows in sheets:
        sheet = book.create_sheet(half.zh)
        sheet.freeze_panes = "A2"
        for position in range(1, len(columns) + 1):
            sheet.column_dimensions[get_column_letter(position)].width = _WIDTH
        sheet.append([column.zh for column in columns])
        for row in rows:
            cells = []
            for column, value in zip(columns, row, strict=True):
                content = _cell(column, value)
                cell = WriteOnlyCell(sheet, content)
                if isinstance(content, str):
                    cell.data_type, cell.number_format = "s", "@"
                cells.append(cell)
            sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def template() -> bytes:
    """The headings and one example row of each half."""
    return to_xlsx((book, book.columns, [[column.example or None for column in book.columns]]) for book in BOOKS)


def _cell(column: Column, value: Any) -> Any:
    if column.kind == "choice" and value in column.choices:
        return column.choices[value].zh
    if isinstance(value, bool):
        return "是" if value else "否"
    return escaped(value) if isinstance(value, str) else value
