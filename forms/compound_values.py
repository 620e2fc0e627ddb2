"""The marshmallow fields that hold more than one value: lists of choices, uploads, a place, rows of a table."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields

from forms.problems import refusal

MAX_ACCURACY = 100_000.0  # metres; a telephone without a satellite guesses by mast
MAX_ROW_FIELDS = 50  # names in one submitted row, right or wrong
_ID = re.compile(r"[0-9a-f]{32}")
_DEGREES = re.compile(r"[+-]?[0-9]{1,6}(\.[0-9]{1,20})?")
_PLACE = frozenset({"latitude", "longitude", "accuracy"})


def check_count(found: int, least: int, most: int) -> None:
    """Raises too_few or too_many with the figure."""
    if found < least:
        raise refusal("too_few", limit=least)
    if found > most:
        raise refusal("too_many", limit=most)


class ChecklistValue(fields.Field[list[str] | None]):
    """Some of the choices, each once, in the form's order; nothing ticked is no value."""

    def __init__(self, choices: Sequence[str], least: int, most: int) -> None:
        super().__init__(allow_none=True)
        self.choices, self.least, self.most = choices, least, most

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[str] | None:
        if value in ("", []):
            return None
        if not isinstance(value, list) or len(value) > len(self.choices):
            raise refusal("not_a_choice")
        if not all(isinstance(one, str) and one in self.choices for one in value) or len(set(value)) < len(value):
            raise refusal("not_a_choice")
        check_count(len(value), self.least, self.most)
        return [choice for choice in self.choices if choice in value]


class UploadsValue(fields.Field[list[str] | None]):
    """Ids of uploaded photos or files, each once, in the order they were added. Uploads says whether they exist."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(allow_none=True)
        self.least, self.most = least, most

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[str] | None:
        if value in ("", []):
            return None
        if not isinstance(value, list):
            raise refusal("not_an_upload")
        check_count(len(value), self.least, self.most)
        if not all(map(is_upload, value)) or len(set(value)) < len(value):
            raise refusal("not_an_upload")
        return value


class SignatureValue(fields.Field[str | None]):
    """The id of one uploaded picture of a signature."""

    def __init__(self) -> None:
        super().__init__(allow_none=True)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str | None:
        if value == "":
            return None
        if not is_upload(value):
            raise refusal("not_an_upload")
        return str(value)


class LocationValue(fields.Field[dict[str, float] | None]):
    """A place: degrees WGS 84 with 6 decimals (about 0.1 m), accuracy in whole metres where the telephone told it."""

    def __init__(self) -> None:
        super().__init__(allow_none=True)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, float] | None:
        if value == "":
            return None
        if not isinstance(value, dict) or not value.keys() <= _PLACE:
            raise refusal("not_a_location")
        given = {name: found for name, one in value.items() if (found := _degrees(one)) is not None}
        if not given.keys() & {"latitude", "longitude"}:
            return None
        if not given.keys() >= {"latitude", "longitude"}:
            raise refusal("location_half")
        if abs(given["latitude"]) > 90 or abs(given["longitude"]) > 180:
            raise refusal("location_out_of_range")
        place = {name: round(given[name], 6) for name in ("latitude", "longitude")}
        if 0 <= given.get("accuracy", -1) <= MAX_ACCURACY:
            place["accuracy"] = round(given["accuracy"])
        return place


class RowsValue(fields.Field[list[dict[str, Any]] | None]):
    """A table: a list of objects. What stands in a row is judged column by column with `schema`, by forms.form."""

    def __init__(self, schema: Schema, least: int, most: int) -> None:
        super().__init__(allow_none=True)
        self.schema, self.least, self.most = schema, least, most

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[dict[str, Any]] | None:
        if value in ("", []):
            return None
        if not isinstance(value, list):
            raise refusal("not_rows")
        check_count(len(value), self.least, self.most)
        if not all(isinstance(row, dict) and len(row) <= MAX_ROW_FIELDS for row in value):
            raise refusal("not_rows")
        return value


def is_upload(value: Any) -> bool:
    """Whether it could be an upload's id."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _degrees(value: Any) -> float | None:
    """A coordinate from JSON or as typed; None: nothing was given."""
    if value is None:
        return None
    if isinstance(value, str) and len(value) <= 64:
        text = value.strip()
        if not text:
            return None
        if _DEGREES.fullmatch(text):
            return float(text)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) <= MAX_ACCURACY and math.isfinite(value):
            return float(value)
        raise refusal("location_out_of_range")
    raise refusal("not_a_location")
