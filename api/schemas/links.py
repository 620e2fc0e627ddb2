"""关联 as the API takes and shows them."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Code, Id, Instant, OneOf, StrictSchema, Text
from api.schemas.instances import STATES
from engine.commands.unlink_cases import MAX_REASON
from engine.links import KINDS

FORTH = {key: f"{kind.forth.zh} {kind.forth.en}" for key, kind in KINDS.items()}
WAYS = {
    "forth": "the case asked for is the source: the kind says what the other is to it",
    "back": "the case asked for is the target",
}


class LinkBody(StrictSchema):
    target = Id(required=True, metadata={"description": "id of the other case"})
    kind = OneOf(FORTH, required=True)


class UnlinkBody(LinkBody):
    reason = Text(MAX_REASON, required=True)


class LinkSchema(Schema):
    kind = Code(FORTH, required=True)
    way = Code(WAYS, required=True)
    id = fields.Integer(required=True, metadata={"description": "of the other case"})
    number = fields.String(required=True, allow_none=True, metadata={"description": "工单号"})
    title = fields.String(required=True)
    state = Code(STATES, required=True)
    linked_at = Instant(required=True)


class LinksSchema(Schema):
    items = fields.List(fields.Nested(LinkSchema), required=True)
