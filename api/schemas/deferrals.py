"""延时 as the API takes and shows them."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Code, Data, Instant, StrictSchema
from maintenance.deferral_reasons import REASONS

OUTCOMES = {
    "pending": "待审核 waits for its decision",
    "granted": "已顺延",
    "refused": "维持原时限 the original time stands",
    "withdrawn": "工单先已结束 the ticket ended before",
}


class ApplyBody(StrictSchema):
    data = Data(required=True, metadata={"description": "the application form"})


class DeferralSchema(Schema):
    id = fields.Integer(required=True, metadata={"description": "the instance of the approval"})
    outcome = Code(OUTCOMES, required=True)
    reason = Code({key: f"{words.zh} {words.en}" for key, words in REASONS.items()}, required=True)
    explanation = fields.String(required=True)
    applicant = fields.String(required=True, allow_none=True, metadata={"description": "display name"})
    lodged_at = Instant(required=True)
    requested_until = Instant(required=True)
    decided_at = Instant(required=True, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True, metadata={"description": "display name"})
    granted_until = Instant(required=True, allow_none=True)


class DeferralsSchema(Schema):
    items = fields.List(fields.Nested(DeferralSchema), required=True, metadata={"description": "oldest first"})
