"""Telephone numbers in what somebody wrote: on a phone one touch calls."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?<![\d.])(?:(?:\+|00)86[- ]?)?"
    r"(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|[48]00[- ]?\d{3}[- ]?\d{4})(?![\d.])"
)


@dataclass(frozen=True)
class Telephones:
    """A text in pieces: (words, number to call or "")."""

    calls: list[tuple[str, str]]


def with_phones(text: str | None) -> Telephones | str | None:
    """The text; with its numbers set apart where there are any."""
    pieces, end = list[tuple[str, str]](), 0
    for found in _NUMBER.finditer(text or ""):
        pieces.append((found.string[end : found.start()], ""))
        pieces.append((found[0], re.sub(r"[- ]", "", found[0])))
        end = found.end()
    if not pieces or text is None:
        return text
    return Telephones([piece for piece in (*pieces, (text[end:], "")) if piece[0]])
