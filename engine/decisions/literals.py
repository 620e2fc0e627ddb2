"""Literals of FEEL as tokens and values: numbers, texts, true/false, null, dates, date-times, durations."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.durations import InvalidTime, parse_duration, parse_instant
from engine.errors import SignalboxError
from engine.expressions.errors import BadSyntax, ExpressionError
from engine.expressions.values import checked

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>"(?:[^"\\\r\n]|\\.)*")
      | (?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]+)?|\.[0-9]+))
      | (?P<call>(?:date\s+and\s+time|date|duration)\s*(?=\())
      | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
      | (?P<sign>\.\.|<=|>=|[-<>=(),\[\]])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))")
_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "r": "\r", "'": "'"}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MAX_DIGITS = 19

WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}
"""Words that are values. The capital ones are what tables written for other tools hold."""


class NotALength(SignalboxError):
    """“{text}” has years or months, which are not always equally long and cannot be compared."""

    code, status = "decision_not_a_length", 422
    zh = "“{text}”含有年或月，长短不定，不能比较。"


@dataclass(frozen=True)
class Token:
    kind: str  # text, number, call, name, sign
    text: str
    position: int  # 1-based character of the cell


def tokens(source: str) -> list[Token]:
    """The tokens of a cell without space. Raises BadSyntax."""
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            raise BadSyntax(source[at], at + 1)
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match.group(), at + 1))
        at = match.end()
    return found


def number(token: Token) -> int | float:
    """The value of a number. Raises ExpressionError when it is too large."""
    if len(token.text) > MAX_DIGITS + 1:
        raise BadSyntax(token.text, token.position)
    value = float(token.text) if "." in token.text else int(token.text)
    try:
        checked(value)
    except ExpressionError as error:
        error.at(token.position)
        raise
    return value


def text(token: Token) -> str:
    """The value of a quoted text. Raises BadSyntax for an unknown escape."""

    def replaced(escape: re.Match[str]) -> str:
        code, character = escape.groups()
        if code is None and character in _ESCAPES:
            return _ESCAPES[character]
        if code is None or int(code, 16) == 0 or 0xD800 <= int(code, 16) <= 0xDFFF:
            raise BadSyntax(escape.group(), token.position)
        return chr(int(code, 16))

    return _ESCAPE.sub(replaced, token.text[1:-1])


def read_date(source: str) -> date:
    """A date such as 2026-03-01. Raises InvalidTime."""
    if not _DATE.fullmatch(source):
        raise InvalidTime(source)
    try:
        return date.fromisoformat(source)
    except ValueError:
        raise InvalidTime(source) from None


def read_length(source: str) -> timedelta:
    """A duration of weeks (7 days) to seconds; a day is 24 hours. Raises InvalidTime or NotALength."""
    duration = parse_duration(source)
    if duration.years or duration.months:
        raise NotALength(text=source[:60])
    return timedelta(weeks=duration.weeks, days=duration.days) + duration.exact


CALLS: dict[str, Callable[[str], Any]] = {
    "date": read_date,
    "date and time": parse_instant,
    "duration": read_length,
}
"""What `date("…")`, `date and time("…")` and `duration("…")` give: a date, an instant (UTC), a length of time."""
