"""发布申请 as the API takes and shows them."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Code, Cursor, Id, Instant, Limit, ListOf, OneOf, StrictSchema, Text
from api.schemas.designs import KINDS, REVISION, STATES, ChangeSchema, VersionSchema
from api.schemas.pages import PageSchema
from api.schemas.problems import FindingSchema
from engine.commands.submit_release import MAX_DESIGNS, MAX_NOTE


class ReleaseQuery(StrictSchema):
    state = OneOf(STATES, load_default=None)
    after = Cursor()
    limit = Limit()


class ChosenDesignBody(StrictSchema):
    id = Id(required=True)
    revision = Id(required=True, metadata={"description": "the one that was looked at"})


class NewReleaseBody(StrictSchema):
    designs = ListOf(fields.Nested(ChosenDesignBody), MAX_DESIGNS, required=True)
    note = Text(MAX_NOTE, load_default="", description="what changes, and why")


class FrozenNameSchema(Schema):
    design_id = fields.Integer(required=True)
    kind = Code(KINDS, required=True)
    key = fields.String(required=True)
    name = fields.String(required=True)
    revision = fields.Integer(required=True, metadata={"description": REVISION})
    version = fields.Integer(required=True, allow_none=True, metadata={"description": "that it has become"})


class FrozenDesignSchema(FrozenNameSchema):
    base = fields.Nested(VersionSchema, required=True, allow_none=True, metadata={"description": "null: it is new"})
    outdated = fields.Boolean(
        required=True, metadata={"description": "another version was published since: submit it anew"}
    )
    changes = fields.List(fields.Nested(ChangeSchema), required=True, metadata={"description": "from the base"})
    findings = fields.List(
        fields.Nested(FindingSchema), required=True, metadata={"description": "remarks when it was submitted"}
    )
    published_id = fields.Integer(required=True, allow_none=True)


class ReleaseHeadSchema(Schema):
    id = fields.Integer(required=True)
    state = Code(STATES, required=True)
    note = fields.String(required=True)
    submitted_at = Instant(required=True)
    submitted_by = fields.String(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True, metadata={"description": "why it was returned"})


class ReleaseSchema(ReleaseHeadSchema):
    designs = fields.List(fields.Nested(FrozenNameSchema), required=True)


class ReleasePage(PageSchema):
    items = fields.List(fields.Nested(ReleaseSchema), required=True)


class RefusalSchema(Schema):
    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class ReleaseDetailSchema(ReleaseHeadSchema):
    designs = fields.List(fields.Nested(FrozenDesignSchema), required=True)
    may_publish = fields.Boolean(required=True, metadata={"description": "who asks"})
    may_return = fields.Boolean(required=True)
    may_withdraw = fields.Boolean(required=True)
    refusal = fields.Nested(
        RefusalSchema,
        required=True,
        allow_none=True,
        metadata={"description": "why who asks may not publish this one, with the permission to publish"},
    )


class PublishedItemSchema(Schema):
    design = fields.Integer(required=True)
    kind = Code(KINDS, required=True)
    key = fields.String(required=True)
    id = fields.Integer(required=True, metadata={"description": "of the published version"})
    version = fields.Integer(required=True)


class PublishedReleaseSchema(Schema):
    published = fields.List(fields.Nested(PublishedItemSchema), required=True)
