"""/api/v1/ledger: points and devices as tables, in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, request

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from api.idempotency import act
from api.local_day import today
from api.operations import MachineBlueprint, operation
from api.refusals import UnsupportedMediaType
from api.schemas.ledger import CsvQuery, ExportQuery, ImportedSchema, ImportQuery
from maintenance.commands.import_ledger import import_ledger
from maintenance.commands.record_export import record_export
from maintenance.ledger.export import CSV_TYPE, XLSX_TYPE, Sheet, template, to_csv, to_xlsx
from maintenance.ledger.preview import ledger_preview
from maintenance.ledger.table import read_table
from maintenance.queries.clients import client_to_start_for
from maintenance.queries.ledger_rows import ledger_rows

TABLE_TYPES = ("text/csv", XLSX_TYPE, "application/octet-stream")
MAX_FILE = 8 * 1024 * 1024
"""Bytes read of a table: more than the 5 MB that pass, so that a larger file gets its finding and not a mere 413."""

blueprint = MachineBlueprint("ledger", "台账: points and devices as tables")


@blueprint.post("/ledger/import")
@requires("ledger.edit")
@operation(
    blueprint,
    "Bring in a .csv or .xlsx file, all or nothing; with dry_run only say what would change",
    ImportedSchema,
    query=ImportQuery,
    raw=TABLE_TYPES,
    refuses=(404,),
    repeatable=True,
)
def import_table(query: Mapping[str, Any]) -> Any:
    if request.mimetype not in TABLE_TYPES:
        raise UnsupportedMediaType(expected=", ".join(TABLE_TYPES))
    request.max_content_length = MAX_FILE
    table, client = read_table(request.get_data()), own_organisation()
    if not query["dry_run"]:
        return {**act(import_ledger, client, table), "dry_run": False}
    with house().engine.read() as connection:
        found = ledger_preview(connection, client, table)
    return {**orjson.loads(orjson.dumps(found)), "dry_run": True}


@blueprint.get("/ledger/export.csv")
@requires("ledger.read")
@operation(blueprint, "Points or devices as .csv; it is recorded", None, query=CsvQuery, refuses=(404,))
def export_csv(query: Mapping[str, Any]) -> Response:
    sheets = _sheets(query, (query["of"],))
    return _file(to_csv(sheets[0]), CSV_TYPE, f"{query['of']}.csv")


@blueprint.get("/ledger/export.xlsx")
@requires("ledger.read")
@operation(blueprint, "Points and devices as .xlsx; it is recorded", None, query=ExportQuery, refuses=(404,))
def export_xlsx(query: Mapping[str, Any]) -> Response:
    return _file(to_xlsx(_sheets(query, ("points", "devices"))), XLSX_TYPE, "ledger.xlsx")


@blueprint.get("/ledger/template.xlsx")
@requires("ledger.read")
@operation(blueprint, "The headings with one example row each", None)
def get_template() -> Response:
    return _file(template(), XLSX_TYPE, "template.xlsx")


def _sheets(query: Mapping[str, Any], wanted: tuple[str, ...]) -> list[Sheet]:
    """Restricted columns are for who keeps this very ledger. What leaves the house is written down."""
    actor, engine = current_actor(), house().engine
    with engine.read() as connection:
        client = client_to_start_for(connection, actor, query["organisation"], today())
        keeper = actor.may("ledger.edit") and actor.organisation_id == client.id
        rows = ledger_rows(connection, actor, client.id, restricted=keeper, district=query["district"])
    sheets: list[Sheet] = [one for one in rows if one[0].en in wanted]
    counts = {book.en: len(list(found)) for book, _, found in sheets}
    restricted = keeper and "devices" in counts
    engine.run(record_export, actor, client.id, counts.get("points", 0), counts.get("devices", 0), restricted)
    return sheets


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
