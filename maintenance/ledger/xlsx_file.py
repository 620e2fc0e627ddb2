"""Reads an .xlsx workbook, after its archive was found small enough and free of what could hurt the XML reader."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from maintenance.ledger.findings import LedgerRefused, refuse
from maintenance.ledger.grid import MAX_COLUMNS, Cell, Grid, gather, is_blank
from maintenance.ledger.values import Mark

MAX_UNPACKED = 50 * 1024 * 1024  # bytes of all parts, as the archive's directory says
MAX_RATIO = 200  # unpacked to packed, of a part larger than a megabyte
MAX_PARTS = 1_000
MAX_SHEETS = 10
MAX_CELLS = 500_000  # cells and rows of all sheets, blank ones too: more than the columns of the ledger fill
MAX_TAGS = 4_000_000  # tags of all parts, and what looks like one

_CELL = re.compile(rb"<(?:[^\s<>/:]{1,40}:)?(?:c|row)[\s/>]")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=\"([A-Z]{1,3})([0-9]{1,7})")
_DECLARED = re.compile(rb"^<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)")
_ZEROS = re.compile(r"0{2,}")


def read_xlsx(content: bytes) -> list[Grid]:
    """Its sheets; macros and links to other workbooks are left alone. Raises LedgerRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(archive)
            _check_parts(archive)
            return _sheets(content, archive)
    except LedgerRefused:
        raise
    except Exception:  # the libraries raise whatever a damaged part leads them to
        raise refuse("ledger_damaged") from None


def _check_size(archive: zipfile.ZipFile) -> None:
    """Judge the archive by its directory; the reader then takes no byte more than the directory says."""
    parts = archive.infolist()
    large = [part for part in parts if part.file_size > 1024 * 1024]
    if (
        len(parts) > MAX_PARTS
        or sum(part.file_size for part in parts) > MAX_UNPACKED
        or any(part.file_size > MAX_RATIO * max(part.compress_size, 1) for part in large)
    ):
        raise refuse("ledger_packed")
    if "xl/workbook.xml" not in archive.namelist():
        raise refuse("ledger_not_a_table")


def _check_parts(archive: zipfile.ZipFile) -> None:
    """No document types, hence no entities; only encodings in which that can be seen; and no more than can be read."""
    tags = cells = 0
    for part in archive.infolist():
        if not part.filename.endswith((".xml", ".rels", ".vml")):
            continue
        try:
            text = archive.read(part).removeprefix(b"\xef\xbb\xbf").lstrip()
        except (zipfile.BadZipFile, zlib.error, RuntimeError):  # the last: encrypted, or packed in an unknown way
            raise refuse("ledger_damaged") from None
        declared = _DECLARED.match(text)
        readable = declared is None or declared[1].lower() in (b"utf-8", b"us-ascii", b"ascii")
        if text and not (text.startswith(b"<") and readable and b"\0" not in text and b"<!DOCTYPE" not in text):
            raise refuse("ledger_damaged")
        tags += text.count(b"<")
        cells += sum(1 for _ in _CELL.finditer(text)) if tags <= MAX_TAGS else 0
        if tags > MAX_TAGS or cells > MAX_CELLS:
            raise refuse("ledger_packed")


def _sheets(content: bytes, archive: zipfile.ZipFile) -> list[Grid]:
    from openpyxl import load_workbook  # rarely used, and not small

    warnings.filterwarnings("ignore", module=r"openpyxl\.")  # of styles and extensions that are of no use here
    book: Any = load_workbook(io.BytesIO(content), read_only=True, keep_links=False, keep_vba=False)
    if len(book.worksheets) > MAX_SHEETS:
        raise refuse("ledger_packed")
    grids = []
    for sheet in book.worksheets:
        if not sheet._worksheet_path.endswith(".xml"):
            raise refuse("ledger_damaged")  # a name under which no part was checked
        title = sheet.title[:40]
        grids.append(Grid(title, gather(title, _rows(book, sheet)), _merged(archive, sheet)))
    return grids


def _rows(book: Any, sheet: Any) -> Iterator[list[Cell]]:
    """Only the cells that are in the file: the library's own rows are padded up to the last cell, blank or not.

    What the file says of its size need not be true and is not asked. Raises LedgerRefused where rows do not ascend.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    dates = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
    before = 0
    with sheet._get_source() as source:
        for number, cells in WorkSheetParser(source, sheet._shared_strings, epoch=book.epoch, **dates).parse():
            if number <= before:
                raise refuse("ledger_damaged", sheet=sheet.title[:40], row=number)
            yield from ([] for _ in range(before + 1, number))
            yield _row(sheet, cells)
            before = number


def _row(sheet: Any, cells: list[dict[str, Any]]) -> list[Cell]:
    """Up to the last cell that holds something. What lies beyond the bound stands right behind it, to be refused."""
    from openpyxl.cell.read_only import ReadOnlyCell

    row: list[Cell] = []
    for cell in cells:
        value = _value(ReadOnlyCell(sheet, **cell))
        if is_blank(value):
            continue
        width = min(cell["column"], MAX_COLUMNS + 1)
        row.extend([None] * (width - len(row)))
        row[width - 1] = value
    return row


def _value(cell: Any) -> Cell:
    """As shown where it matters: 123 in the format 00000 is the text 00123."""
    value: Cell = cell.value
    if cell.data_type == "f":
        return Mark.FORMULA
    if cell.data_type == "e":
        return Mark.ERROR
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and float(value).is_integer():
        shape = cell.number_format or ""
        if _ZEROS.fullmatch(shape):
            return str(int(value)).zfill(len(shape))
    return value


def _merged(archive: zipfile.ZipFile, sheet: Any) -> list[tuple[int, int]]:
    """Where merged ranges begin: the library does not say so when it only reads."""
    from openpyxl.utils import column_index_from_string

    found = _MERGED.findall(archive.read(sheet._worksheet_path))
    return [(int(row), column_index_from_string(letters.decode()) - 1) for letters, row in found]
