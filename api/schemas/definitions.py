"""流程定义 as the API shows them."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Cursor, Instant, Limit, StrictSchema, Text
from api.schemas.pages import PageSchema
from api.schemas.problems import FindingSchema


class DefinitionQuery(StrictSchema):
    key = Text(100, load_default=None, description="versions of this process only")
    after = Cursor()
    limit = Limit()


class DefinitionSchema(Schema):
    id = fields.Integer(required=True)
    organisation = fields.String(required=True, metadata={"description": "the client's key"})
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    sha256 = fields.String(required=True, metadata={"description": "of the published bytes, hexadecimal"})
    published_at = Instant(required=True)


class DefinitionPage(PageSchema):
    items = fields.List(fields.Nested(DefinitionSchema), required=True)


class PublishedSchema(Schema):
    id = fields.Integer(required=True, attribute="definition_id")
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    is_new = fields.Boolean(required=True, metadata={"description": "false: these bytes are this version already"})
    findings = fields.List(fields.Nested(FindingSchema), required=True, metadata={"description": "remarks"})


class CheckSchema(Schema):
    publishable = fields.Boolean(required=True, metadata={"description": "no finding is an error"})
    findings = fields.List(fields.Nested(FindingSchema), required=True)
