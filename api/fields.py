"""The marshmallow fields of the API: what comes in is bounded and cleaned, what goes out has one spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import Schema, fields
from marshmallow.types import ErrorMessages

from engine.queries.paging import MAX_LIMIT
from forms.problems import refusal
from forms.values import clean_text

MAX_CURSOR = 300  # characters
LARGEST_ID = 2**63 - 1
_WRITTEN_ID = re.compile(r"[0-9]{1,19}")
_OF_SCHEMA = {"unknown": "unknown_field", "type": "not_an_object"}


def _codes(invalid: str) -> ErrorMessages:
    """What a field of ours says, as codes of forms.problems."""
    return {"required": "required", "null": "required", "invalid": invalid, "invalid_utf8": invalid}


class StrictSchema(Schema):
    """A body or a query string. Its messages are codes of forms.problems."""

    error_messages = _OF_SCHEMA


class Text(fields.String):
    """Text of at most `max_length` characters without control characters, blanks around it taken off."""

    default_error_messages = _codes("not_text")

    def __init__(self, max_length: int, **settings: Any) -> None:
        description = settings.pop("description", "")
        metadata = {"maxLength": max_length, **({"description": description} if description else {})}
        super().__init__(metadata=metadata, **settings)
        self.max_length = max_length

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, str) and len(value) > self.max_length:
            raise refusal("too_long", limit=self.max_length)
        return clean_text(super()._deserialize(value, attr, data, **kwargs))


class OneOf(Text):
    """One of the given codes; their meanings stand in the OpenAPI document."""

    def __init__(self, codes: Mapping[str, str], **settings: Any) -> None:
        super().__init__(100, description=meanings(codes), **settings)
        self.codes = codes
        self.metadata = {"enum": list(codes), "description": meanings(codes)}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.codes:
            raise refusal("not_a_choice")
        return str(value)


class Limit(fields.Integer):
    """How many items a page holds, at most 100."""

    default_error_messages = _codes("not_a_number")

    def __init__(self) -> None:
        super().__init__(load_default=20, metadata={"minimum": 1, "maximum": MAX_LIMIT, "default": 20})

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, str) and len(value) > 9:
            raise refusal("too_large", limit=MAX_LIMIT)
        number = super()._deserialize(value, attr, data, **kwargs)
        if number < 1:
            raise refusal("too_small", limit=1)
        if number > MAX_LIMIT:
            raise refusal("too_large", limit=MAX_LIMIT)
        return number


class WholeNumber(fields.Integer):
    """A whole number between two bounds, both included."""

    default_error_messages = _codes("not_a_number")

    def __init__(self, minimum: int, maximum: int, **settings: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        metadata = {"minimum": minimum, "maximum": maximum, **settings.pop("metadata", {})}
        super().__init__(strict=True, metadata=metadata, **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool):
            raise refusal("not_a_number")
        number = super()._deserialize(value, attr, data, **kwargs)
        if number < self.minimum:
            raise refusal("too_small", limit=self.minimum)
        if number > self.maximum:
            raise refusal("too_large", limit=self.maximum)
        return number


class Day(fields.Date):
    """A local day, as in 2026-03-01."""

    default_error_messages = {**_codes("not_a_date"), "format": "not_a_date"}  # noqa: RUF012

    def __init__(self, **settings: Any) -> None:
        super().__init__(format="iso", **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, str) or len(value) != len("2026-03-01"):
            raise refusal("not_a_date")
        found: date = super()._deserialize(value, attr, data, **kwargs)
        return found


class Id(fields.Integer):
    """The id of a row."""

    default_error_messages = _codes("not_a_number")

    def __init__(self, **settings: Any) -> None:
        super().__init__(strict=True, **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool):
            raise refusal("not_a_number")
        number = super()._deserialize(value, attr, data, **kwargs)
        if number < 1:
            raise refusal("too_small", limit=1)
        if number > LARGEST_ID:
            raise refusal("too_large", limit=LARGEST_ID)
        return number


class WrittenId(fields.Integer):
    """The id of a row as text: in a query string, or a part of a form with a file."""

    default_error_messages = _codes("not_a_number")

    def __init__(self, **settings: Any) -> None:
        description = settings.pop("description", "")
        metadata = {"minimum": 1, "maximum": LARGEST_ID, "description": description}
        super().__init__(metadata=metadata, **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        number = int(value) if isinstance(value, str) and _WRITTEN_ID.fullmatch(value) else 0
        if not 1 <= number <= LARGEST_ID:
            raise refusal("not_a_number")
        return number


class Cursor(Text):
    """The `next` of the page before; the query that made it judges it."""

    def __init__(self) -> None:
        super().__init__(MAX_CURSOR, load_default=None, description="the `next` of the page before")


class YesNo(fields.Boolean):
    """true or false."""

    default_error_messages = _codes("not_yes_or_no")


class ListOf(fields.List[Any]):
    """A list of at most `most` items of one kind. The first wrong item speaks for all."""

    default_error_messages = _codes("not_a_list")

    def __init__(self, inner: fields.Field[Any], most: int, **settings: Any) -> None:
        super().__init__(inner, metadata={"maxItems": most, **settings.pop("metadata", {})}, **settings)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > self.most:
            raise refusal("not_a_list", limit=self.most)
        return [self.inner.deserialize(one) for one in value]


class Data(fields.Dict):
    """An object of form fields; the form itself judges them."""

    default_error_messages = _codes("not_an_object")


class Instant(fields.Field[datetime]):
    """An instant, ISO 8601 in UTC with Z."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Code(fields.String):
    """A code that goes out; its meanings stand in the OpenAPI document."""

    def __init__(self, codes: Mapping[str, str], **settings: Any) -> None:
        allowed = [*codes, None] if settings.get("allow_none") else list(codes)
        super().__init__(metadata={"enum": allowed, "description": meanings(codes)}, **settings)


def meanings(codes: Mapping[str, str]) -> str:
    """ "active: 办理中 running; completed: …", for the OpenAPI document."""
    return "; ".join(f"{code}: {words}" for code, words in codes.items())
