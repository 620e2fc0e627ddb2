"""待办 as the API takes and shows them."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.field_query import FieldQuery
from api.fields import Code, Cursor, Data, Instant, Limit, OneOf, StrictSchema, Text, WrittenId
from api.schemas.pages import PageSchema

STATES = {"open": "待办 open", "completed": "已办 done", "cancelled": "已取消 cancelled"}
TABS = {
    "mine": "待办 assigned to me",
    "candidate": "待签 offered to my groups, unclaimed",
    "done": "已办 completed by me",
}


class TaskQuery(FieldQuery):
    tab = OneOf(TABS, load_default="mine")
    search = Text(100, load_default="", description="in 工单号, title and the step's name")
    case_id = WrittenId(load_default=None, description="only of this case, its called processes included")
    after = Cursor()
    limit = Limit()


class FormBody(StrictSchema):
    data = Data(required=True, metadata={"description": "the form's fields"})


class TaskSchema(Schema):
    id = fields.String(required=True)
    instance_id = fields.Integer(required=True)
    number = fields.String(required=True, allow_none=True, metadata={"description": "工单号"})
    title = fields.String(required=True, metadata={"description": "of the case"})
    name = fields.String(required=True)
    element_id = fields.String(required=True)
    state = Code(STATES, required=True)
    assignee = fields.String(required=True, allow_none=True, metadata={"description": "display name"})
    due_at = Instant(required=True, allow_none=True)
    created_at = Instant(required=True)
    completed_at = Instant(required=True, allow_none=True)
    suspended_reason = fields.String(
        required=True, allow_none=True, metadata={"description": "why nobody works on the case now"}
    )
    fields_ = fields.Dict(
        required=True, data_key="fields", attribute="fields", metadata={"description": "declared business fields"}
    )


class TaskPage(PageSchema):
    items = fields.List(fields.Nested(TaskSchema), required=True)


class ChoiceSchema(Schema):
    value = fields.String(required=True)
    label = fields.String(required=True)


class FormItemSchema(Schema):
    """One control or static text; see docs/owner/forms.md."""

    kind = fields.String(required=True, metadata={"description": "text, textfield, textarea, number, select …"})
    key = fields.String(required=True, metadata={"description": 'the name in `data`; "" for static text'})
    label = fields.String(required=True)
    text = fields.String(required=True)
    help = fields.String(required=True)
    required = fields.Boolean(required=True)
    required_when = fields.Dict(required=True, allow_none=True)
    show_when = fields.Dict(required=True, allow_none=True)
    choices = fields.List(fields.Nested(ChoiceSchema), required=True)
    min_length = fields.Integer(required=True, allow_none=True)
    max_length = fields.Integer(required=True, allow_none=True)
    minimum = fields.Float(required=True, allow_none=True)
    maximum = fields.Float(required=True, allow_none=True)
    decimals = fields.Integer(required=True, allow_none=True)
    min_count = fields.Integer(required=True, allow_none=True, metadata={"description": "things in a list"})
    max_count = fields.Integer(required=True, allow_none=True)
    accept = fields.List(fields.String(), required=True, metadata={"description": "endings of files; none: any"})
    columns = fields.List(
        fields.Nested(lambda: FormItemSchema()), required=True, metadata={"description": "of each row of a table"}
    )
    read_only = fields.Boolean(required=True)
    default = fields.Raw(required=True, allow_none=True)


class FormSchema(Schema):
    key = fields.String(required=True)
    title = fields.String(required=True)
    items = fields.List(fields.Nested(FormItemSchema), required=True)


class TaskDetailSchema(TaskSchema):
    groups = fields.List(fields.String(), required=True, metadata={"description": "candidate groups"})
    may_claim = fields.Boolean(required=True)
    may_complete = fields.Boolean(required=True)
    draft = fields.Dict(required=True, allow_none=True)
    form = fields.Nested(FormSchema, required=True, allow_none=True)


class TaskStateSchema(Schema):
    id = fields.String(required=True)
    state = Code(STATES, required=True)
    assignee = fields.String(required=True, allow_none=True, metadata={"description": "display name"})
