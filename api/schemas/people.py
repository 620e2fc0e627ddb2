"""Who asks, and what pickers offer."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Cursor, Limit, StrictSchema, Text


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


class PointQuery(StrictSchema):
    search = Text(100, load_default="", description="in code, name and road")
    organisation = Text(60, load_default=None, description="key of the client; left out: one's own, or the only one")
    after = Cursor()
    limit = Limit()


class PointSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    road = fields.String(required=True, allow_none=True)
    district = fields.String(required=True, allow_none=True)
    key_site = fields.Boolean(required=True, metadata={"description": "重点点位"})


class PointPage(Schema):
    items = fields.List(fields.Nested(PointSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ReasonBody(StrictSchema):
    reason = Text(500, required=True)


class HealthSchema(Schema):
    ready = fields.Boolean(required=True)
    missing = fields.List(fields.String(), required=True, metadata={"description": "database, migrations, ticker"})
