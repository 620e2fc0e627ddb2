"""作业 and 引擎异常 as the API shows them."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Code, Cursor, Instant, Limit, OneOf, StrictSchema, YesNo
from api.schemas.instances import TIMER_STATES
from api.schemas.pages import PageSchema

KINDS = {
    "timer": "定时 a timer",
    "service": "外部调用 a call",
    "message": "消息 a message",
    "signal": "信号 a signal",
    "delivery": "投递 a delivery",
}


class JobQuery(StrictSchema):
    state = OneOf(TIMER_STATES, load_default=None)
    kind = OneOf(KINDS, load_default=None)
    late = YesNo(load_default=False, metadata={"description": "only those that a worker should have taken by now"})
    after = Cursor()
    limit = Limit()


class JobSchema(Schema):
    id = fields.String(required=True, metadata={"description": "32 hex digits"})
    instance_id = fields.Integer(required=True, attribute="root_id", metadata={"description": "the ticket"})
    number = fields.String(required=True, allow_none=True, metadata={"description": "工单号"})
    title = fields.String(required=True)
    kind = Code(KINDS, required=True)
    element_id = fields.String(required=True)
    state = Code(TIMER_STATES, required=True)
    due_at = Instant(required=True)
    run_at = Instant(required=True, metadata={"description": "when a worker takes it; later after a failed try"})
    attempts = fields.Integer(required=True, metadata={"description": "failed ones"})


class JobPage(PageSchema):
    items = fields.List(fields.Nested(JobSchema), required=True)


class IncidentQuery(StrictSchema):
    resolved = YesNo(load_default=False, allow_none=True, metadata={"description": "those that were resolved instead"})
    after = Cursor()
    limit = Limit()


class IncidentRowSchema(Schema):
    id = fields.Integer(required=True)
    instance_id = fields.Integer(required=True, attribute="root_id", metadata={"description": "the ticket"})
    number = fields.String(required=True, allow_none=True, metadata={"description": "工单号"})
    title = fields.String(required=True)
    job_id = fields.String(required=True, metadata={"description": "what may be retried"})
    element_id = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    created_at = Instant(required=True)
    resolved_at = Instant(required=True, allow_none=True)
    resolved_by = fields.String(required=True, allow_none=True, metadata={"description": "display name"})


class IncidentPage(PageSchema):
    items = fields.List(fields.Nested(IncidentRowSchema), required=True)
