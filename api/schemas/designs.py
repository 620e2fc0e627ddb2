"""设计稿 as the API takes and shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from api.fields import Code, Cursor, Id, Instant, Limit, OneOf, StrictSchema, Text, YesNo
from api.schemas.pages import PageSchema
from api.schemas.problems import FindingSchema
from forms.problems import refusal

KINDS = {"process": "流程 process", "decision": "决策表 decision table", "form": "表单 form"}
ENDS = {"published": "已发布 published", "discarded": "已删除 discarded"}
HOW = {
    "added": "新增 added",
    "removed": "删除 removed",
    "changed": "修改 changed",
    "moved": "移动 moved: only its place in the drawing",
}
STATES = {
    "open": "待发布 to be published",
    "published": "已发布 published",
    "returned": "已退回 returned with a reason",
    "withdrawn": "已撤回 withdrawn by who had submitted it",
}
_WITH = re.compile(r"(design:)?([1-9][0-9]{0,17})")
REVISION = "counts up with each content; If-Match names the one that is saved over"


class ComparedWith(Text):
    """A published version's id, or design:<id>: as arguments of the query."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        found = _WITH.fullmatch(super()._deserialize(value, attr, data, **kwargs))
        if found is None:
            raise refusal("not_a_choice")
        return {"other_id" if found[1] else "version_id": int(found[2])}


class DesignQuery(StrictSchema):
    kind = OneOf(KINDS, load_default=None)
    key = Text(100, load_default=None, description="of this process, decision file or form only")
    ended = YesNo(load_default=False, metadata={"description": "true: those that are published or discarded"})
    after = Cursor()
    limit = Limit()


class ImportQuery(StrictSchema):
    kind = OneOf(KINDS, load_default="process")
    key = Text(100, load_default=None, description="where the file itself says none")
    name = Text(200, load_default=None, description="where the file itself says none")


class NewDesignBody(StrictSchema):
    kind = OneOf(KINDS, required=True)
    key = Text(100, load_default=None, description="of an empty model")
    name = Text(200, load_default=None, description="of an empty model")
    base_id = Id(load_default=None, metadata={"description": "the published version to begin with"})


class RebaseBody(StrictSchema):
    base_id = Id(required=True, metadata={"description": "the newest published version, compared with the design"})


class ComparisonQuery(StrictSchema):
    other = ComparedWith(
        40,
        load_default=dict,
        data_key="with",
        description="id of a published version, or design:<id>; left out: the version that it goes on from",
    )


class RevisionSchema(Schema):
    id = fields.Integer(required=True)
    revision = fields.Integer(required=True, metadata={"description": REVISION})


class SavedSchema(RevisionSchema):
    publishable = fields.Boolean(required=True, metadata={"description": "no finding is an error"})
    findings = fields.List(fields.Nested(FindingSchema), required=True)


class DesignSchema(RevisionSchema):
    kind = Code(KINDS, required=True)
    key = fields.String(required=True)
    name = fields.String(required=True)
    base_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "the published version that it goes on from"}
    )
    split_from = fields.Integer(
        required=True, allow_none=True, metadata={"description": "kept beside this design, when two saved at once"}
    )
    release_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "the open release that it is in"}
    )
    created_at = Instant(required=True)
    created_by = fields.String(required=True, allow_none=True, metadata={"description": "null: the engine itself"})
    updated_at = Instant(required=True)
    updated_by = fields.String(required=True, allow_none=True)
    editors = fields.List(fields.String(), required=True, metadata={"description": "who has changed its content"})
    ended_at = Instant(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    ended_how = Code(ENDS, required=True, allow_none=True)


class DesignPage(PageSchema):
    items = fields.List(fields.Nested(DesignSchema), required=True)


class VersionSchema(Schema):
    id = fields.Integer(required=True)
    key = fields.String(required=True)
    version = fields.Integer(required=True)


class LastReleaseSchema(Schema):
    id = fields.Integer(required=True)
    state = Code(STATES, required=True)
    reason = fields.String(required=True, allow_none=True, metadata={"description": "why it was returned"})


class ChangeSchema(Schema):
    element_id = fields.String(required=True, allow_none=True, metadata={"description": "null: the file as a whole"})
    element_name = fields.String(required=True, allow_none=True)
    element_kind = fields.String(required=True, allow_none=True, metadata={"description": "e.g. userTask"})
    how = Code(HOW, required=True)
    what = fields.String(required=True, allow_none=True, metadata={"description": "e.g. candidateGroups, name"})
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)
    zh = fields.String(required=True, metadata={"description": "the whole sentence"})
    en = fields.String(required=True)


class ComparisonSchema(Schema):
    version = fields.Nested(
        VersionSchema, required=True, allow_none=True, metadata={"description": "compared with this version"}
    )
    design_id = fields.Integer(required=True, allow_none=True, metadata={"description": "compared with this design"})
    changes = fields.List(fields.Nested(ChangeSchema), required=True)


class DesignDetailSchema(SavedSchema, DesignSchema):
    base = fields.Nested(VersionSchema, required=True, allow_none=True)
    newest = fields.Nested(VersionSchema, required=True, allow_none=True)
    outdated = fields.Boolean(
        required=True,
        metadata={"description": "a version is published that it does not go on from: compare, then rebase"},
    )
    last_release = fields.Nested(LastReleaseSchema, required=True, allow_none=True)
