"""策略包 and 合同 as the API takes and shows them."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Cursor, Data, Day, Instant, Limit, StrictSchema, Text
from api.schemas.pages import PageSchema
from maintenance.commands.create_contract import MAX_NAME, MAX_NUMBER


class PackQuery(StrictSchema):
    key = Text(20, load_default=None, description="versions of this pack only")
    after = Cursor()
    limit = Limit()


class PackSchema(Schema):
    id = fields.Integer(required=True)
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    valid_from = fields.Date(required=True, metadata={"description": "local day from which it judges new tickets"})
    sha256 = fields.String(required=True, metadata={"description": "of the pack and its tables, hexadecimal"})
    published_at = Instant(required=True)


class PackPage(PageSchema):
    items = fields.List(fields.Nested(PackSchema), required=True)


class StageSchema(Schema):
    key = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    limit_seconds = fields.Integer(required=True, allow_none=True, metadata={"description": "null: by the table"})
    limit_column = fields.String(
        required=True, allow_none=True, metadata={"description": "column of the table of limits that gives it"}
    )
    calendar = fields.String(required=True)
    pausable = fields.Boolean(required=True)
    owner_group = fields.String(required=True, metadata={"description": "candidate group that owes the stage"})
    source = fields.String(required=True, metadata={"description": "the clause"})


class PackDetailSchema(PackSchema):
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    warn_share = fields.Float(required=True, metadata={"description": "yellow comes at this share of the limit"})
    chain = fields.List(fields.String(), required=True, metadata={"description": "groups that red lights climb to"})
    stages = fields.List(fields.Nested(StageSchema), required=True)
    decisions = fields.List(fields.String(), required=True, metadata={"description": "ids of its decisions"})
    content = fields.String(required=True, metadata={"description": "the YAML as it was published"})


class ContractQuery(StrictSchema):
    on = Day(load_default=None, metadata={"description": "only those that run on this local day"})
    after = Cursor()
    limit = Limit()


class ContractBody(StrictSchema):
    number = Text(MAX_NUMBER, required=True, description="合同编号")
    name = Text(MAX_NAME, required=True)
    contractor = Text(60, required=True, description="key of the organisation")
    pack_key = Text(20, required=True, description="a published policy pack")
    starts_on = Day(required=True, metadata={"description": "the first day, local"})
    ends_on = Day(required=True, metadata={"description": "the last day, local"})
    overrides = Data(load_default=dict, metadata={"description": "single figures that differ from the pack"})


class ContractSchema(Schema):
    id = fields.Integer(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    client = fields.String(required=True, metadata={"description": "its key"})
    contractor = fields.String(required=True, metadata={"description": "its key"})
    contractor_name = fields.String(required=True)
    pack_key = fields.String(required=True)
    overrides = fields.Dict(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class ContractPage(PageSchema):
    items = fields.List(fields.Nested(ContractSchema), required=True)
