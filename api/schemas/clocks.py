"""计时 as the API shows them: each verdict with its arithmetic."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import Schema, fields

from api.fields import Code, Instant

STATES = {"running": "计时中", "paused": "暂停", "met": "按时", "breached": "超时", "void": "作废"}
VERDICTS = {"pending": "未定", "met": "按时", "breached": "超时", "void": "作废"}
STANDINGS = {
    "stands": "成立",
    "provisional": "暂定：到期前提出的延时申请未决",
    "cleared": "已撤销：到期前提出的延时申请获批",
}
LEVELS = {"yellow": "黄灯", "red": "红灯"}


class Seconds(fields.Field[timedelta]):
    """A span of time in whole seconds."""

    def _serialize(self, value: timedelta | None, attr: str | None, obj: Any, **kwargs: Any) -> int | None:
        return None if value is None else int(value.total_seconds())


class LightSchema(Schema):
    threshold = fields.String(
        required=True, metadata={"description": "warn, breach, escalate.1 …; warn+1 … after the first deferral"}
    )
    level = Code(LEVELS, required=True)
    at = Instant(required=True, metadata={"description": "when it was due to be lit"})
    recorded_at = Instant(required=True)
    escalate_to = fields.String(required=True, allow_none=True, metadata={"description": "candidate group"})
    standing = Code(STANDINGS, required=True)


class LineSchema(Schema):
    zh = fields.String(required=True)
    en = fields.String(required=True)


class ClockSchema(Schema):
    key = fields.String(required=True)
    round = fields.Integer(required=True)
    name_zh = fields.String(required=True, attribute="terms.zh")
    name_en = fields.String(required=True, attribute="terms.en")
    calendar = fields.String(required=True, attribute="terms.calendar")
    state = Code(STATES, required=True, attribute="state.state")
    verdict = Code(VERDICTS, required=True, attribute="state.verdict")
    started_at = Instant(required=True, attribute="state.started_at")
    stopped_at = Instant(required=True, allow_none=True, attribute="state.stopped_at")
    warn_at = Instant(required=True, allow_none=True, attribute="state.warn_at")
    due_at = Instant(required=True, allow_none=True, attribute="state.due_at")
    limit_seconds = Seconds(required=True, attribute="state.limit")
    source = fields.String(required=True, attribute="state.source", metadata={"description": "the clause"})
    elapsed_seconds = Seconds(required=True, attribute="state.elapsed_wall")
    counted_seconds = Seconds(required=True, attribute="state.elapsed_counted")
    paused_seconds = Seconds(required=True, attribute="state.paused_total")
    provisional = fields.Boolean(
        required=True,
        attribute="state.provisional",
        metadata={"description": "the due time lies in days whose arrangement is not published yet"},
    )
    provisional_breach = fields.Boolean(
        required=True,
        attribute="state.provisional_breach",
        metadata={"description": "late, but a pending application for deferral may still clear it"},
    )
    late_seconds = Seconds(required=True, attribute="state.late", metadata={"description": "over the limit, by now"})
    gap_seconds = Seconds(
        required=True,
        attribute="state.gap",
        metadata={"description": "part of it that lies before late applications for deferral"},
    )
    deferrals = fields.Integer(required=True, attribute="state.deferrals", metadata={"description": "granted so far"})
    lights = fields.List(fields.Nested(LightSchema), required=True)
    lines = fields.List(fields.Nested(LineSchema), required=True, metadata={"description": "the arithmetic, in words"})


class ClocksSchema(Schema):
    items = fields.List(fields.Nested(ClockSchema), required=True)
