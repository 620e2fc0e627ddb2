"""点位 and 设备 as the API shows and takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from api.fields import Code, Cursor, Instant, Limit, OneOf, StrictSchema, Text, YesNo
from api.schemas.pages import PageSchema
from engine.errors import Words
from forms.problems import refusal
from maintenance.ledger.columns import DEVICE_KINDS, DEVICE_STATES, DEVICES, POINT_STATES, POINTS, Book, Column
from maintenance.queries.point_search import SORTS


def _meanings(choices: Mapping[str, Words]) -> dict[str, str]:
    return {key: f"{words.zh} {words.en}" for key, words in choices.items()}


_STATES, _DEVICE_STATES, _KINDS = (_meanings(one) for one in (POINT_STATES, DEVICE_STATES, DEVICE_KINDS))
_SOURCES = {"manual": "人工 by hand", "import": "导入 by a table", "ticket": "工单 by a ticket"}


class Degrees(fields.Float):
    """Degrees; the ledger judges them in pairs."""

    default_error_messages = {"required": "required", "invalid": "not_a_number", "special": "not_a_number"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> float:
        if isinstance(value, bool | str):
            raise refusal("not_a_number")
        number: float = super()._deserialize(value, attr, data, **kwargs)
        return number


def _taken(column: Column) -> fields.Field[Any]:
    """What a body may hold for a column; the ledger judges it further. null empties it."""
    settings: dict[str, Any] = {"allow_none": True}
    if column.kind in ("latitude", "longitude"):
        return Degrees(**settings)
    if column.kind == "yes_no":
        return YesNo(**settings)
    limits = {"date": 20, "ip": 45, "choice": 40}
    words = f"{column.zh} {column.en}"
    if column.choices:
        words += ": " + "; ".join(f"{key} {text}" for key, text in _meanings(column.choices).items())
    return Text(limits.get(column.kind, column.limit), description=words, **settings)


def _shown(column: Column) -> fields.Field[Any]:
    kinds: dict[str, type[fields.Field[Any]]] = {"yes_no": fields.Boolean, "date": fields.Date}
    kinds |= {"latitude": fields.Float, "longitude": fields.Float}
    kind = kinds.get(column.kind, fields.String)
    return kind(required=True, allow_none=True, metadata={"description": f"{column.zh} {column.en}"})


def _body(name: str, book: Book, *, key: bool) -> type[Schema]:
    """Every column of the book; with its key, what is required for a new one is told by the ledger."""
    taken = {column.key: _taken(column) for column in book.columns if key or column.key != book.key}
    return StrictSchema.from_dict(taken, name=name)


def _entry(name: str, book: Book, **more: fields.Field[Any]) -> type[Schema]:
    shown = {column.key: _shown(column) for column in book.columns if not column.restricted}
    return Schema.from_dict({**shown, **more}, name=name)


class OrganisationQuery(StrictSchema):
    organisation = Text(60, load_default=None, description="key of the client; left out: one's own, or the only one")


class PointQuery(OrganisationQuery):
    search = Text(100, load_default="", description="each word must stand in code, name or road")
    state = OneOf(
        {**_STATES, "any": "全部 all"}, load_default="active"
    )  # others than active need the right to read the ledger
    district = Text(100, load_default=None)
    road = Text(200, load_default=None)
    contract = Text(60, load_default=None, description="its number")
    key_site = YesNo(load_default=None)
    sort = OneOf(SORTS, load_default="code")
    after = Cursor()
    limit = Limit()


class DeviceQuery(OrganisationQuery):
    search = Text(
        100, load_default="", description="each word must stand in serial, model, or code or name of the point"
    )
    state = OneOf(_DEVICE_STATES, load_default=None)
    kind = OneOf(_KINDS, load_default=None)
    point = Text(60, load_default=None, description="code of the point")
    after = Cursor()
    limit = Limit()


class PagedQuery(OrganisationQuery):
    after = Cursor()
    limit = Limit()


class ImportQuery(StrictSchema):
    dry_run = YesNo(load_default=False, metadata={"description": "true: say what would change, write nothing"})


class ExportQuery(OrganisationQuery):
    district = Text(100, load_default=None)


class CsvQuery(ExportQuery):
    of = OneOf({"points": "点位", "devices": "设备"}, load_default="points")


class PointSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    road = fields.String(required=True, allow_none=True)
    district = fields.String(required=True, allow_none=True)
    key_site = fields.Boolean(required=True, metadata={"description": "重点点位"})
    state = Code(_STATES, required=True)
    latitude = fields.Float(required=True, allow_none=True, metadata={"description": "degrees, WGS 84"})
    longitude = fields.Float(required=True, allow_none=True)


class PointPage(PageSchema):
    items = fields.List(fields.Nested(PointSchema), required=True)


class DeviceSchema(Schema):
    serial = fields.String(required=True)
    kind = fields.String(required=True)
    model = fields.String(required=True, allow_none=True)
    state = Code(_DEVICE_STATES, required=True)
    point_code = fields.String(required=True)
    point_name = fields.String(required=True)


class DevicePage(PageSchema):
    items = fields.List(fields.Nested(DeviceSchema), required=True)


class DeviceOfPointSchema(Schema):
    serial = fields.String(required=True)
    kind = fields.String(required=True)
    model = fields.String(required=True, allow_none=True)
    state = Code(_DEVICE_STATES, required=True)


PointEntrySchema = _entry(
    "PointEntrySchema",
    POINTS,
    contractor=fields.String(required=True, allow_none=True),
    devices=fields.List(fields.Nested(DeviceOfPointSchema), required=True),
)
DeviceEntrySchema = _entry(
    "DeviceEntrySchema",
    DEVICES,
    point_name=fields.String(required=True),
    replaced_by=fields.String(required=True, allow_none=True, metadata={"description": "serial of its successor"}),
)
PointBody, PointChangeBody = _body("PointBody", POINTS, key=True), _body("PointChangeBody", POINTS, key=False)
DeviceBody, DeviceChangeBody = _body("DeviceBody", DEVICES, key=True), _body("DeviceChangeBody", DEVICES, key=False)


class ReplaceBody(StrictSchema):
    new_serial = Text(100, required=True)
    model = Text(100, load_default=None, allow_none=True, description="left out: as the old one")
    warranty_until = Text(20, load_default=None, allow_none=True, description="a date")
    reason = Text(500, load_default="")


class CodeSchema(Schema):
    code = fields.String(required=True)


class SerialSchema(Schema):
    serial = fields.String(required=True)


class ChangedSchema(Schema):
    changed = fields.List(fields.String(), required=True, metadata={"description": "columns that differ now"})


class PointEventSchema(Schema):
    at = Instant(required=True)
    kind = Code({"ledger": "台账变动 a change of the ledger", "ticket": "工单 a ticket"}, required=True)
    act = fields.String(
        required=True,
        metadata={"description": "created, changed, moved, replaced, retired; of a ticket: its state now"},
    )
    by = fields.String(required=True, allow_none=True, metadata={"description": "null: the system"})
    device = fields.String(required=True, allow_none=True, metadata={"description": "serial; null: the point itself"})
    source = Code(_SOURCES, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    changes = fields.Dict(
        required=True, allow_none=True, metadata={"description": "column: [before, after]; restricted ones hidden"}
    )
    ticket_id = fields.Integer(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True)
    title = fields.String(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)


class PointHistoryPage(PageSchema):
    items = fields.List(fields.Nested(PointEventSchema), required=True)


class CountsSchema(Schema):
    new = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)


class LedgerChangeSchema(Schema):
    subject = Code({"point": "点位", "device": "设备"}, required=True)
    key = fields.String(required=True, metadata={"description": "code or serial"})
    act = fields.String(required=True)
    row = fields.Integer(required=True, allow_none=True)
    fields_ = fields.Dict(
        required=True,
        data_key="fields",
        attribute="fields",
        metadata={"description": "column: [before, after]"},
    )


class ImportedSchema(Schema):
    dry_run = fields.Boolean(required=True)
    points = fields.Nested(CountsSchema, required=True)
    devices = fields.Nested(CountsSchema, required=True)
    changes = fields.List(
        fields.Nested(LedgerChangeSchema),
        required=True,
        metadata={"description": "the first 500"},
    )
