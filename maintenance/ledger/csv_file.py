"""Reads a .csv file: UTF-8 with or without a mark, or GB18030; comma, semicolon or tab; formulas are marked."""

from __future__ import annotations

import csv
import io

from maintenance.ledger.columns import BOOKS, by_heading, folded
from maintenance.ledger.escaping import runs
from maintenance.ledger.findings import refuse
from maintenance.ledger.grid import Cell, Grid, gather
from maintenance.ledger.values import Mark

DELIMITERS = ",;\t"
_HEADINGS = frozenset(heading for book in BOOKS for heading in by_heading(book))


def read_csv(content: bytes) -> list[Grid]:
    """The file as one sheet. Raises LedgerRefused."""
    text = _decode(content)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        return [Grid(None, gather(None, (map(_value, row) for row in rows)))]
    except csv.Error:
        raise refuse("ledger_csv", row=rows.line_num) from None


def _value(cell: str) -> Cell:
    return Mark.FORMULA if runs(cell) else cell


def _decode(content: bytes) -> str:
    """What is UTF-8 is read as such: GB18030 would make something of almost any bytes."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse("ledger_encoding")


def _delimiter(text: str) -> str:
    """The one by which the first line shows most headings that are known; then the one that stands there most."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def score(delimiter: str) -> tuple[int, int]:
        parts = [part.strip().strip('"') for part in first.split(delimiter)]
        return sum(folded(part) in _HEADINGS for part in parts), len(parts)

    return max(DELIMITERS, key=score)
