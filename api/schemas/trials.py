"""试跑 as the API takes and shows it: a story goes in, where it leads comes out; nothing of it is kept."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from api.fields import Code, Data, Instant, ListOf, StrictSchema, Text
from api.schemas.clocks import ClockSchema
from api.schemas.instances import HistoryItemSchema, IncidentSchema, TimerSchema
from api.schemas.problems import FindingSchema
from maintenance.trial.script import MAX_NAME, MAX_STEPS

TRIAL_STATES = {
    "not_started": "尚未发起 not started yet",
    "active": "办理中 running",
    "completed": "已结束 ended",
    "cancelled": "已撤销 cancelled",
}
STEP = (
    "one of wait: ISO 8601 duration since the beginning; complete: {task, by, with}; beside: {process, by, with}; "
    "receive: {message, by, with}; answer: {call, with, error}; cancel: {by, reason}; "
    "expect: {tasks, timers, clocks, lights, state …}"
)


class StoryBody(StrictSchema):
    at = Text(40, required=True, description="when it begins: ISO 8601; without an offset in Asia/Shanghai")
    start = Data(load_default=None, allow_none=True, metadata={"description": "{process, by: a role, with: its form}"})
    steps = ListOf(Data(), MAX_STEPS, load_default=list, metadata={"description": STEP})
    contract = Data(
        load_default=None,
        allow_none=True,
        metadata={"description": "figures of the contract; left out: those of the client's own"},
    )


class StoryQuery(StrictSchema):
    key = Text(100, required=True, description="of the process")


class SaveStoryBody(StrictSchema):
    key = Text(100, required=True, description="of the process")
    name = Text(MAX_NAME, required=True)
    story = fields.Nested(StoryBody, required=True)


class StartableSchema(Schema):
    key = fields.String(required=True)
    name = fields.String(required=True)
    form_key = fields.String(required=True, allow_none=True)
    by = fields.List(fields.String(), required=True, metadata={"description": "roles"})
    beside = fields.Boolean(required=True, metadata={"description": "beside the ticket that runs"})


class OpenStepSchema(Schema):
    element_id = fields.String(required=True)
    name = fields.String(required=True)
    form_key = fields.String(required=True, allow_none=True)
    due_at = Instant(required=True, allow_none=True)
    by = fields.List(fields.String(), required=True, metadata={"description": "roles whose person may do it"})
    groups = fields.List(fields.String(), required=True, metadata={"description": "candidate groups"})


class AwaitedMessageSchema(Schema):
    name = fields.String(required=True)
    element_id = fields.String(required=True)


class OutsideStepSchema(Schema):
    element_id = fields.String(required=True)
    name = fields.String(required=True)
    service = fields.String(required=True, metadata={"description": "would be called; in a trial it never is"})
    inputs = fields.Dict(required=True)


class StoppedSchema(Schema):
    step = fields.Integer(required=True, metadata={"description": "0: the start; 1: the first of `steps`"})
    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Dict()),
        required=True,
        attribute="fields",
        metadata={"description": "of a form that was refused: key -> [{code, zh, en}]"},
    )


class TrialSchema(Schema):
    """Where the story leads, or how far it holds."""

    began = Instant(required=True)
    now = Instant(required=True)
    next_due = Instant(required=True, allow_none=True, metadata={"description": "when the next timer fires"})
    state = Code(TRIAL_STATES, required=True)
    number = fields.String(required=True, allow_none=True, metadata={"description": "工单号"})
    title = fields.String(required=True)
    done = fields.Integer(required=True, metadata={"description": "steps that hold"})
    stopped = fields.Nested(StoppedSchema, required=True, allow_none=True)
    startable = fields.List(fields.Nested(StartableSchema), required=True)
    tasks = fields.List(fields.Nested(OpenStepSchema), required=True)
    timers = fields.List(fields.Nested(TimerSchema), required=True)
    messages = fields.List(fields.Nested(AwaitedMessageSchema), required=True)
    calls = fields.List(fields.Nested(OutsideStepSchema), required=True)
    incidents = fields.List(fields.Nested(IncidentSchema), required=True)
    clocks = fields.List(fields.Nested(ClockSchema), required=True)
    active = fields.List(fields.String(), required=True, metadata={"description": "elements with tokens"})
    passed = fields.List(fields.String(), required=True, metadata={"description": "elements run to their end"})
    data = fields.Dict(required=True, metadata={"description": "what the case knows"})
    business_fields = fields.Dict(required=True, attribute="fields")
    history = fields.List(fields.Nested(HistoryItemSchema), required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True, metadata={"description": "remarks"})


class StorySchema(Schema):
    id = fields.Integer(required=True)
    key = fields.String(required=True, attribute="process_key", metadata={"description": "of the process"})
    name = fields.String(required=True)
    content = fields.String(required=True, metadata={"description": "YAML, in the shape of the golden stories"})
    saved_at = Instant(required=True)
    saved_by = fields.String(required=True, allow_none=True, metadata={"description": "display name"})


class StoriesSchema(Schema):
    items = fields.List(fields.Nested(StorySchema), required=True)


class OutcomeSchema(Schema):
    id = fields.Integer(required=True, attribute="story_id")
    name = fields.String(required=True)
    holds = fields.Boolean(required=True)
    step = fields.Integer(
        required=True, allow_none=True, metadata={"description": "that does not hold; 0: the start; null: all hold"}
    )
    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class PlayedStorySchema(Schema):
    key = fields.String(required=True, attribute="process_key", metadata={"description": "of the process"})
    name = fields.String(required=True)
    holds = fields.Boolean(required=True)
    step = fields.Integer(required=True, allow_none=True)
    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    played_at = Instant(required=True)


class PlayedStoriesSchema(Schema):
    items = fields.List(fields.Nested(PlayedStorySchema), required=True)


class OutcomesSchema(Schema):
    items = fields.List(fields.Nested(OutcomeSchema), required=True)


def told(body: dict[str, Any]) -> dict[str, Any]:
    """A story as maintenance.trial.script reads it."""
    return {name: value for name, value in body.items() if value is not None}
