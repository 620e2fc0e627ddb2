"""What an operation answers that has made something new."""

from __future__ import annotations

from marshmallow import Schema, fields


class IdSchema(Schema):
    id = fields.Integer(required=True)
