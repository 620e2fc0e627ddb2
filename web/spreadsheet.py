"""A table as .csv or .xlsx: nothing in it is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from maintenance.ledger.escaping import escaped
from maintenance.ledger.export import CSV_TYPE, XLSX_TYPE

FORMATS = ("csv", "xlsx")
MAX_CELL = 32_000  # characters: what a spreadsheet program takes
_WIDTHS = (20, 16, 22, 60)  # characters, of the first columns; then _WIDTH
_WIDTH = 18


def download(name: str, format: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """`format`: one of FORMATS."""
    content, kind = (_csv(head, rows), CSV_TYPE) if format == "csv" else (_xlsx(name, head, rows), XLSX_TYPE)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format}"'}
    return Response(content, content_type=kind, headers=headers)


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with the mark by which spreadsheet programs know it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(head)
    writer.writerows([_cell(text) for text in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _xlsx(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    from openpyxl import Workbook  # rarely used, and not small
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    book: Any = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for position in range(1, len(head) + 1):
        width = _WIDTHS[position - 1] if position <= len(_WIDTHS) else _WIDTH
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.append(list(head))
    for row in rows:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, _cell(text))
            cell.data_type, cell.number_format = "s", "@"
            cells.append(cell)
        sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cell(text: str) -> str:
    """Characters that no workbook may hold are left out."""
    return escaped("".join(letter for letter in text if letter >= " " or letter in "\n\t")[:MAX_CELL])
