"""How a refusal looks. `api.problems` writes it; this documents it."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Code

MEANWHILE = {"saved": "已被修改 changed", "published": "已发布 published", "discarded": "已删除 discarded"}
SEVERITIES = {"error": "须改正 must be mended before publishing", "remark": "提示 good to know"}


class FieldProblemSchema(Schema):
    code = fields.String(required=True, metadata={"description": "stable, e.g. required, too_long, unknown_field"})
    zh = fields.String(required=True)
    en = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "in the language of the request"})


class FindingSchema(Schema):
    code = fields.String(required=True, metadata={"description": "stable, e.g. timer_negative"})
    severity = Code(SEVERITIES, required=True)
    element_id = fields.String(required=True, allow_none=True, metadata={"description": "null: the file as a whole"})
    element_name = fields.String(required=True, allow_none=True)
    message_zh = fields.String(required=True)
    message_en = fields.String(required=True)
    help = fields.String(required=True, metadata={"description": "a heading in docs/owner/findings.md"})


class RowFindingSchema(Schema):
    sheet = fields.String(required=True, allow_none=True, metadata={"description": "null: a file without sheets"})
    row = fields.Integer(required=True, allow_none=True, metadata={"description": "as the spreadsheet numbers it"})
    column = fields.String(required=True, allow_none=True, metadata={"description": "its heading in the file"})
    value = fields.String(required=True, allow_none=True, metadata={"description": "the beginning of the cell"})
    code = fields.String(required=True, metadata={"description": "stable; docs/owner/ledger.md lists all"})
    zh = fields.String(required=True)
    en = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "with its place, in the language of the request"})


class ProblemSchema(Schema):
    """application/problem+json, RFC 9457."""

    type = fields.String(required=True, metadata={"description": "urn:signalbox:<code>"})
    title = fields.String(required=True, metadata={"description": "English"})
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "in the language of the request; zh by default"})
    code = fields.String(required=True, metadata={"description": "stable; docs/developer/errors.md lists all"})
    params = fields.Dict(metadata={"description": "what the words were filled with"})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(FieldProblemSchema)),
        metadata={"description": "per field; _form: the whole body"},
    )
    findings = fields.List(fields.Nested(FindingSchema), metadata={"description": "what is wrong with a diagram"})
    kept = fields.Integer(metadata={"description": "of design_changed: the design that holds what was sent"})
    revision = fields.Integer(metadata={"description": "of design_changed: of the design as it stands"})
    how = Code(MEANWHILE)
    changed_by = fields.String(allow_none=True, metadata={"description": "of design_changed: a display name"})
    changed_at = fields.String(metadata={"description": "of design_changed: ISO 8601 in UTC"})
    rows = fields.List(
        fields.Nested(RowFindingSchema),
        metadata={"description": "what is wrong with a table: the first 500; params.count counts all"},
    )
