"""The marshmallow fields of the form language: from JSON, or from the text of an HTML form, to a clean JSON value."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import fields

from forms.problems import refusal

ZONE = ZoneInfo("Asia/Shanghai")
"""The zone of a time that comes without one: what a datetime-local input sends."""

MAX_CHOICE_LENGTH = 200
FIRST_YEAR, LAST_YEAR = 2000, 2100
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_YES_NO = {"true": True, "on": True, "false": False, "": False}
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
_DIRECTIONS = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Invisible marks of writing direction: telephones paste them along with numbers, and they can disguise a name."""


def clean_text(value: object) -> str:
    """Text without blanks around it and direction marks, \\n as line end. Raises on other controls."""
    if not isinstance(value, str):
        raise refusal("not_text")
    text = value.replace("\r\n", "\n").translate(_DIRECTIONS).strip()
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
        raise refusal("bad_character")
    return text


class TextValue(fields.Field[str | None]):
    """Text of min_length to max_length characters; blank text is no value."""

    def __init__(self, max_length: int, min_length: int = 0) -> None:
        super().__init__(allow_none=True)
        self.max_length, self.min_length = max_length, min_length

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str | None:
        if isinstance(value, str) and len(value.replace("\r\n", "\n").strip()) > self.max_length:
            raise refusal("too_long", limit=self.max_length)
        text = clean_text(value)
        if text and len(text) < self.min_length:
            raise refusal("too_short", limit=self.min_length)
        return text or None


class NumberValue(fields.Field[int | float | None]):
    """A number between minimum and maximum; a whole one comes back as int."""

    def __init__(self, minimum: float, maximum: float, decimals: int) -> None:
        super().__init__(allow_none=True)
        self.minimum, self.maximum, self.decimals = minimum, maximum, decimals

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int | float | None:
        number = self._read(value)
        if number is None:
            return None
        if number < self.minimum:
            raise refusal("too_small", limit=f"{self.minimum:.15g}")
        if number > self.maximum:
            raise refusal("too_large", limit=f"{self.maximum:.15g}")
        if round(number, self.decimals) != number:
            raise refusal("too_many_decimals", limit=self.decimals)
        return int(number) if number == int(number) else number

    @staticmethod
    def _read(value: object) -> int | float | None:
        if isinstance(value, str) and len(value) <= 64:
            text = value.strip()
            if not text:
                return None
            if _NUMBER.fullmatch(text):
                return float(text)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        raise refusal("not_a_number")


class CheckboxValue(fields.Field[bool | None]):
    """True or false; an HTML form sends "on" or "true", or nothing."""

    def __init__(self) -> None:
        super().__init__(allow_none=True)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool | None:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in _YES_NO:
            return _YES_NO[value]
        raise refusal("not_yes_or_no")


class ChoiceValue(fields.Field[str | None]):
    """One of the static choices; without choices any short text, which Options judges afterwards."""

    def __init__(self, choices: frozenset[str] | None) -> None:
        super().__init__(allow_none=True)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str | None:
        if value == "":
            return None
        if not isinstance(value, str) or len(value) > MAX_CHOICE_LENGTH:
            raise refusal("not_a_choice")
        if self.choices is not None and value not in self.choices:
            raise refusal("not_a_choice")
        return clean_text(value) or None


class TimeValue(fields.Field[str | None]):
    """An instant as ISO 8601 text in UTC; a time without an offset is read in Asia/Shanghai."""

    def __init__(self) -> None:
        super().__init__(allow_none=True)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str | None:
        if not isinstance(value, str) or len(value) > 64:
            raise refusal("not_a_time")
        text = value.strip()
        if not text:
            return None
        if not _TIME.fullmatch(text):
            raise refusal("not_a_time")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise refusal("not_a_time") from None
        if not FIRST_YEAR <= moment.year < LAST_YEAR:
            raise refusal("time_out_of_range")
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC).isoformat()
