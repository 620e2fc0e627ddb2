"""附件 as the API takes and shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from api.fields import Code, Instant, OneOf, StrictSchema, Text, WrittenId
from engine.calendar import SHANGHAI
from engine.uploads import KINDS
from forms.problems import refusal

SIZES = {"original": "原图 as stored", "thumbnail": "缩略图 at most 320 pixels a side"}
MAX_TIME = 40  # letters, also of a number


class When(fields.AwareDateTime):
    """An instant that comes in, ISO 8601; without a zone it is Asia/Shanghai. UTC inside."""

    default_error_messages = {"invalid": "not_a_time", "null": "required", "format": "not_a_time"}  # noqa: RUF012

    def __init__(self, **settings: Any) -> None:
        super().__init__(format="iso", default_timezone=SHANGHAI, **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or len(value) > MAX_TIME:
            raise refusal("not_a_time")
        found: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not 2000 <= found.year <= 2100:
            raise refusal("time_out_of_range")
        return found.astimezone(UTC)


class Degrees(fields.Float):
    """Degrees, WGS 84."""

    default_error_messages = {"invalid": "not_a_number", "null": "required", "special": "not_a_number"}  # noqa: RUF012

    def __init__(self, limit: int, **settings: Any) -> None:
        super().__init__(allow_nan=False, metadata={"minimum": -limit, "maximum": limit}, **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> float:
        if isinstance(value, str) and len(value) > MAX_TIME:
            raise refusal("not_a_number")
        return float(super()._deserialize(value, attr, data, **kwargs))


class Part(Upload):  # type: ignore[misc]
    """The part of the body that is the file."""

    default_error_messages = {"required": "required", "null": "required", "invalid": "not_a_file"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, str):
            raise refusal("not_a_file")
        return value


class UploadParts(StrictSchema):
    file = Part(required=True, metadata={"description": "at most 15 MB; its own name is kept, cleaned"})
    kind = OneOf(KINDS, required=True)
    task_id = Text(32, load_default=None, description="for the form of this task, which one must be allowed to work on")
    instance_id = WrittenId(load_default=None, description="attach it to this case at once, outside a form")
    taken_at = When(load_default=None, metadata={"description": "as the device says, when the photo does not"})
    latitude = Degrees(90, load_default=None)
    longitude = Degrees(180, load_default=None)


class AttachmentSchema(Schema):
    id = fields.String(required=True, metadata={"description": "32 hex digits"})
    kind = Code(KINDS, required=True)
    name = fields.String(required=True)
    media_type = fields.String(required=True, metadata={"description": "as found in the content"})
    size = fields.Integer(required=True, metadata={"description": "bytes as stored"})
    sha256 = fields.String(required=True, metadata={"description": "of the bytes as stored, hexadecimal"})
    width = fields.Integer(required=True, allow_none=True, metadata={"description": "pixels, photos only"})
    height = fields.Integer(required=True, allow_none=True)
    taken_at = Instant(required=True, allow_none=True, metadata={"description": "capture time"})
    latitude = fields.Float(required=True, allow_none=True, metadata={"description": "degrees, WGS 84"})
    longitude = fields.Float(required=True, allow_none=True)
    uploaded_at = Instant(required=True)
    uploader = fields.String(required=True, allow_none=True, metadata={"description": "display name"})
    instance_id = fields.Integer(
        required=True, allow_none=True, attribute="root_id", metadata={"description": "the case; null: of none yet"}
    )
    has_thumbnail = fields.Boolean(required=True)


class AttachmentList(Schema):
    items = fields.List(fields.Nested(AttachmentSchema), required=True)


class ContentQuery(StrictSchema):
    size = OneOf(SIZES, load_default="original")
