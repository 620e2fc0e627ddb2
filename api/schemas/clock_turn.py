"""The clock of test mode as the API takes and shows it."""

from __future__ import annotations

from marshmallow import Schema

from api.fields import Instant, StrictSchema, Text
from api.schemas.attachments import When


class TurnBody(StrictSchema):
    now = When(load_default=None, allow_none=True, metadata={"description": "the time to turn to; or"})
    advance = Text(40, load_default=None, allow_none=True, description="ISO 8601: how far, as in PT4H or P3D")


class ClockNowSchema(Schema):
    now = Instant(required=True)
