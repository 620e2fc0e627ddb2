"""One cell as a value of its column: clean text, a number, a day, a choice; or the code of what is wrong with it."""

from __future__ import annotations

import ipaddress
import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from engine.errors import Words
from maintenance.ledger.columns import Column

FIRST_YEAR, LAST_YEAR = 1990, 2100
EXACT_DIGITS = 10**15  # a spreadsheet keeps 15 digits of a number
CHINA_LATITUDE, CHINA_LONGITUDE = (18.0, 54.0), (73.0, 135.5)  # degrees; to tell swapped coordinates

_DAY = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?(?:[ T]00:00(?::00)?)?")
_PLAIN_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMBER = re.compile(r"[+-]?[0-9]{1,10}(\.[0-9]{1,20})?")
_YES = {"是", "yes", "y", "true", "1", "√", "重点"}
_NO = {"否", "no", "n", "false", "0", "非重点"}


class Mark(Enum):
    """What stands in a cell instead of a value."""

    FORMULA = "ledger_formula"
    ERROR = "ledger_cell_error"


class Bad(Exception):
    """A cell that its column does not take: the code of a finding and what its words are filled with."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(code)


def read_value(column: Column, raw: object) -> Any:
    """The clean value; None for a blank cell, which is a no where yes or no is asked. Raises Bad."""
    if isinstance(raw, Mark):
        raise Bad(raw.value)
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return False if column.kind == "yes_no" else None
    return _READERS[column.kind](column, raw)


def clean(text: str) -> str:
    """Blanks around taken off, every run of blanks and line ends one blank. Raises Bad for what cannot be stored."""
    words = " ".join(text.split())
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Cf") for letter in words):
        raise Bad("ledger_bad_character")
    return words


def _text(column: Column, raw: object) -> str:
    """A number that a spreadsheet made of a code is taken by its digits, as long as none can be lost."""
    if isinstance(raw, bool | date | time):  # a datetime is a date
        raise Bad("ledger_text")
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < EXACT_DIGITS:
        raw = int(raw)
    if isinstance(raw, float) or (isinstance(raw, int) and abs(raw) >= EXACT_DIGITS):
        raise Bad("ledger_digits")
    words = clean(str(raw))
    if len(words) > column.limit:
        raise Bad("ledger_too_long", limit=column.limit)
    return words


def _number(raw: object) -> float:
    if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        return float(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw):
        return float(raw)
    raise Bad("ledger_number")


def _degrees(column: Column, raw: object) -> float:
    """The range is judged with both: `coordinates_fault` also tells swapped ones."""
    return _number(raw)


def _yes_no(column: Column, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(int(raw) if isinstance(raw, float) and raw.is_integer() else raw).strip().casefold()
    if word not in _YES | _NO:
        raise Bad("ledger_yes_no")
    return word in _YES


def _choice(column: Column, raw: object) -> str:
    word = str(raw).strip().casefold()
    for key, words in column.choices.items():
        if word in (key, words.zh.casefold(), words.en.casefold()):
            return key
    zh, en = ([getattr(words, language) for words in column.choices.values()] for language in ("zh", "en"))
    raise Bad("ledger_choice", choices=Words("、".join(zh), ", ".join(en)))


def _date(column: Column, raw: object) -> date:
    if isinstance(raw, datetime):
        raw = raw.date() if raw.time() == time() else None
    if isinstance(raw, str):
        raw = _day(raw.strip())
    if not isinstance(raw, date) or not FIRST_YEAR <= raw.year <= LAST_YEAR:
        raise Bad("ledger_date")
    return raw


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text) or _PLAIN_DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _ip(column: Column, raw: object) -> str:
    try:
        return str(ipaddress.ip_address(raw.strip() if isinstance(raw, str) else ""))
    except ValueError:
        raise Bad("ledger_ip") from None


_READERS: dict[str, Callable[[Column, object], Any]] = {
    "text": _text,
    "latitude": _degrees,
    "longitude": _degrees,
    "yes_no": _yes_no,
    "choice": _choice,
    "date": _date,
    "ip": _ip,
}


def coordinates_fault(latitude: float | None, longitude: float | None) -> tuple[str, str] | None:
    """(code, column key) of what is wrong with a pair of coordinates; None: nothing."""
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        return "ledger_coordinates_half", "latitude" if latitude is None else "longitude"
    in_china = CHINA_LONGITUDE[0] <= latitude <= CHINA_LONGITUDE[1] and (
        CHINA_LATITUDE[0] <= longitude <= CHINA_LATITUDE[1]
    )
    if in_china or (90 < abs(latitude) <= 180 and abs(longitude) <= 90):
        return "ledger_coordinates_swapped", "latitude"
    if not -90 <= latitude <= 90:
        return "ledger_latitude", "latitude"
    if not -180 <= longitude <= 180:
        return "ledger_longitude", "longitude"
    return None
