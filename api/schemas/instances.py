"""工单 as the API takes and shows them."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.field_query import FieldQuery
from api.fields import Code, Cursor, Data, Instant, Limit, OneOf, StrictSchema, Text, YesNo
from api.schemas.pages import PageSchema
from engine.commands.add_comment import MAX_LENGTH
from engine.commands.cancel_instance import MAX_REASON

STATES = {"active": "办理中 running", "completed": "已结束 ended", "cancelled": "已撤销 cancelled"}
OUTCOMES = {"completed": "已完成 completed", "cancelled": "已取消 cancelled"}
AWAITED = {"message": "消息 message", "signal": "信号 signal"}
TIMER_STATES = {"waiting": "等待 waiting", "failed": "失败，已成引擎异常 failed, an incident"}


class InstanceQuery(FieldQuery):
    state = OneOf(STATES, load_default=None)
    key = Text(100, load_default=None, description="of this process only")
    search = Text(100, load_default="", description="in 工单号 and title")
    mine = YesNo(load_default=False, metadata={"description": "started by me only"})
    suspended = YesNo(load_default=None, allow_none=True, metadata={"description": "only such, or only others"})
    after = Cursor()
    limit = Limit()


class HistoryQuery(StrictSchema):
    after = Cursor()
    limit = Limit()


class ActivityQuery(HistoryQuery):
    outcome = OneOf({**OUTCOMES, "any": "全部 both"}, load_default="completed")


class TraceQuery(StrictSchema):
    after = Cursor()


class StartBody(StrictSchema):
    definition_key = Text(100, required=True, description="the process; its newest version is started")
    organisation = Text(60, load_default=None, description="key of the client; left out: one's own, or the only one")
    data = Data(required=True, metadata={"description": "the start form"})


class SuspendBody(StrictSchema):
    reason = Text(MAX_REASON, required=True)


class CancelBody(StrictSchema):
    reason = Text(MAX_REASON, required=True)


class CommentBody(StrictSchema):
    text = Text(MAX_LENGTH, required=True)
    task_id = Text(32, load_default=None, description="the step the words are about")


class StartedSchema(Schema):
    id = fields.Integer(required=True, attribute="instance_id")
    number = fields.String(required=True, attribute="business_key", metadata={"description": "工单号"})
    title = fields.String(required=True)


class InstanceStateSchema(Schema):
    id = fields.Integer(required=True)
    state = Code(STATES, required=True)


class SuspensionSchema(Schema):
    id = fields.Integer(required=True)
    suspended = fields.Boolean(required=True)


class InstanceSchema(Schema):
    id = fields.Integer(required=True)
    number = fields.String(required=True, allow_none=True, metadata={"description": "工单号"})
    title = fields.String(required=True)
    state = Code(STATES, required=True)
    process_key = fields.String(required=True)
    process_name = fields.String(required=True)
    version = fields.Integer(required=True)
    started_at = Instant(required=True)
    started_by = fields.String(required=True, allow_none=True, metadata={"description": "display name"})
    ended_at = Instant(required=True, allow_none=True)
    suspended_at = Instant(required=True, allow_none=True, metadata={"description": "null: it is worked on"})
    suspended_reason = fields.String(required=True, allow_none=True)
    fields_ = fields.Dict(
        required=True, data_key="fields", attribute="fields", metadata={"description": "declared business fields"}
    )


class InstancePage(PageSchema):
    items = fields.List(fields.Nested(InstanceSchema), required=True)


class OpenTaskSchema(Schema):
    id = fields.String(required=True)
    element_id = fields.String(required=True)
    name = fields.String(required=True)
    assignee = fields.String(required=True, allow_none=True, metadata={"description": "display name"})
    due_at = Instant(required=True, allow_none=True)
    created_at = Instant(required=True)
    groups = fields.List(
        fields.String(),
        required=True,
        attribute="candidates.groups",
        metadata={"description": "candidate groups, while nobody has claimed it"},
    )


class TimerSchema(Schema):
    id = fields.String(required=True, metadata={"description": "the job"})
    element_id = fields.String(required=True)
    due_at = Instant(required=True)
    state = Code(TIMER_STATES, required=True)


class ParticipantSchema(Schema):
    organisation = fields.String(required=True)
    reason = fields.String(required=True, metadata={"description": "raised, contract, task, clock"})
    since = Instant(required=True)


class CallSchema(Schema):
    id = fields.String(required=True, metadata={"description": "the job, and the call's idempotency key"})
    element_id = fields.String(required=True)
    requested_at = Instant(required=True)
    attempts = fields.Integer(required=True, metadata={"description": "failed ones"})
    state = Code(TIMER_STATES, required=True)


class IncidentSchema(Schema):
    id = fields.Integer(required=True)
    job_id = fields.String(required=True)
    element_id = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    created_at = Instant(required=True)


class AwaitedEventSchema(Schema):
    id = fields.String(required=True)
    element_id = fields.String(required=True)
    kind = Code(AWAITED, required=True)
    name = fields.String(required=True, metadata={"description": "of the message or signal"})
    since = Instant(required=True)


class CalledInstanceSchema(Schema):
    id = fields.Integer(required=True)
    parent_id = fields.Integer(required=True, metadata={"description": "the instance that called it"})
    process_key = fields.String(required=True)
    process_name = fields.String(required=True)
    version = fields.Integer(required=True)
    state = Code(STATES, required=True)
    started_at = Instant(required=True)
    ended_at = Instant(required=True, allow_none=True)


class InstanceDetailSchema(InstanceSchema):
    end_reason = fields.String(required=True, allow_none=True)
    tasks = fields.List(fields.Nested(OpenTaskSchema), required=True, metadata={"description": "open ones"})
    timers = fields.List(fields.Nested(TimerSchema), required=True)
    calls = fields.List(
        fields.Nested(CallSchema), required=True, metadata={"description": "outside calls that have not come back"}
    )
    participants = fields.List(fields.Nested(ParticipantSchema), required=True)
    incidents = fields.List(fields.Nested(IncidentSchema), required=True, metadata={"description": "unresolved ones"})
    events = fields.List(
        fields.Nested(AwaitedEventSchema), required=True, metadata={"description": "messages and signals waited for"}
    )
    called = fields.List(
        fields.Nested(CalledInstanceSchema),
        required=True,
        metadata={"description": "called instances: of a ticket all below it, of a called instance those next below"},
    )


class HistoryItemSchema(Schema):
    seq = fields.Integer(required=True)
    at = Instant(required=True)
    actor = fields.String(required=True, metadata={"description": "sign-in name; engine: the engine itself"})
    actor_name = fields.String(required=True)
    command = fields.String(required=True)
    facts = fields.List(fields.Dict(), required=True, metadata={"description": "each with its type; see the API page"})
    hash = fields.String(required=True, metadata={"description": "HMAC-SHA256, hexadecimal"})


class HistoryPage(PageSchema):
    items = fields.List(fields.Nested(HistoryItemSchema), required=True)


class ActivitySchema(Schema):
    element_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, metadata={"description": "as BPMN calls it, e.g. serviceTask"})
    outcome = Code(OUTCOMES, required=True)
    run = fields.Integer(required=True, allow_none=True, metadata={"description": "1, 2, 3 … of a repeated element"})
    instance_id = fields.Integer(required=True, metadata={"description": "of a called process its own"})
    process_key = fields.String(required=True)
    started_at = Instant(
        required=True, allow_none=True, metadata={"description": "when a human step was offered; null for others"}
    )
    at = Instant(required=True, metadata={"description": "when it ended"})
    seq = fields.Integer(required=True, metadata={"description": "the row of history"})
    actor = fields.String(required=True, metadata={"description": "sign-in name; engine: the engine itself"})


class ActivityPage(PageSchema):
    items = fields.List(fields.Nested(ActivitySchema), required=True)


class TracePage(PageSchema):
    items = fields.List(fields.String(), required=True, metadata={"description": "element ids"})
