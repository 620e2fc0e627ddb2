"""Formula injection: text that a spreadsheet program would run is written with an apostrophe, and read without it."""

from __future__ import annotations

import re

_RUNS = re.compile(r"'*[=+\-@＝＋－＠]")  # the wide ones, too: Chinese input methods and programs take them alike
_UNESCAPED = re.compile(r"[=+\-@＝＋－＠]")
_HARMLESS = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?|-+")  # a plain number, also of a phone; dashes for "nothing"
_ESCAPED = re.compile(r"'+[=+\-@＝＋－＠]")


def escaped(text: str) -> str:
    """`=1+1` -> `'=1+1`. Reading it back gives the very text, also of one that began with an apostrophe."""
    return f"'{text}" if _RUNS.match(text) else text


def runs(text: str) -> bool:
    """Whether a spreadsheet program would run it: it begins like a formula, is not escaped and no plain number."""
    words = text.strip()
    return bool(_UNESCAPED.match(words)) and not _HARMLESS.fullmatch(words)


def plain(cell: object) -> object:
    """The cell without the apostrophe that `escaped` wrote."""
    return cell.strip()[1:] if isinstance(cell, str) and _ESCAPED.match(cell.strip()) else cell
