"""决策 as the API takes and shows them."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Cursor, Data, Limit, StrictSchema, Text
from api.schemas.definitions import DefinitionSchema, PublishedSchema
from api.schemas.pages import PageSchema


class DecisionQuery(StrictSchema):
    key = Text(100, load_default=None, description="versions of this file only")
    after = Cursor()
    limit = Limit()


class DecisionNameSchema(Schema):
    id = fields.String(required=True, metadata={"description": "what a business rule task names"})
    name = fields.String(required=True)


class DecisionFileSchema(DefinitionSchema):
    decisions = fields.List(fields.Nested(DecisionNameSchema), required=True)


class DecisionFilePage(PageSchema):
    items = fields.List(fields.Nested(DecisionFileSchema), required=True)


class DecisionsPublishedSchema(PublishedSchema):
    decisions = fields.List(fields.String(), required=True, metadata={"description": "ids"})


class EvaluateBody(StrictSchema):
    decision = Text(100, load_default=None, description="its id; may be left out when the file has only one")
    data = Data(required=True, metadata={"description": "the variables that the decision asks for"})


class EvaluationSchema(Schema):
    """As history keeps it: texts beyond 200 characters and lists beyond 20 items are cut, visibly."""

    decision = fields.String(required=True, metadata={"description": "its id"})
    name = fields.String(required=True)
    inputs = fields.Dict(required=True, metadata={"description": "what each column asked for, and what it was"})
    outputs = fields.Dict(required=True)
    rules = fields.List(fields.Integer(), required=True, metadata={"description": "rows that have hit, as drawn"})
    rule_ids = fields.List(fields.String(allow_none=True), required=True)
    required_ = fields.List(
        fields.Nested(lambda: EvaluationSchema()),
        required=True,
        data_key="required",
        attribute="required",
        metadata={"description": "decisions that this one asked for"},
    )
