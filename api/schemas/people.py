"""Who asks, and a few bodies that many operations share."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import StrictSchema, Text


class ClientSchema(Schema):
    key = fields.String(required=True)
    name = fields.String(required=True)


class MeSchema(Schema):
    id = fields.Integer(required=True)
    username = fields.String(required=True)
    display_name = fields.String(required=True)
    organisation = fields.String(required=True, metadata={"description": "its name"})
    roles = fields.List(fields.String(), required=True)
    permissions = fields.List(fields.String(), required=True, metadata={"description": "a key's scopes narrow them"})
    clients = fields.List(
        fields.Nested(ClientSchema), required=True, metadata={"description": "for whom I may start cases"}
    )


class ReasonBody(StrictSchema):
    reason = Text(500, required=True)


class HealthSchema(Schema):
    ready = fields.Boolean(required=True)
    missing = fields.List(fields.String(), required=True, metadata={"description": "database, migrations, ticker"})
