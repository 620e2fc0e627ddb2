"""Writes a plan: rows, the events of each point and device, and the same as facts for the sealed history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, insert, update

from maintenance.ledger.plan import Change, Plan
from maintenance.ledger.stock import DEVICE_COLUMNS, POINT_COLUMNS, Stock
from maintenance.models import Device, LedgerEvent, Point

Source = Literal["manual", "import", "ticket"]

FACT_CHANGES = 200  # changes told in one fact

_point, _device = Point.__table__, Device.__table__


@dataclass(frozen=True)
class Note:
    """Who changes the ledger, when, why and by which way."""

    at: datetime
    actor_id: int | None
    source: Source
    root_id: int | None = None  # of the ticket
    reason: str = ""


def write(stock: Stock, plan: Plan, note: Note) -> None:
    """A number of statements that does not depend on the number of rows, but for pages of a thousand."""
    if not plan.changes:
        return
    points, devices = plan.of("point"), plan.of("device")
    _insert(stock, _point, [_point_row(stock, change) for change in points if change.id is None])
    _update(stock, _point, [(change.id, _point_row(stock, change)) for change in points if change.id is not None])
    _insert(stock, _device, [_device_row(stock, change) for change in devices if change.id is None])
    _update(stock, _device, [(change.id, _device_row(stock, change)) for change in devices if change.id is not None])
    stock.connection.execute(insert(LedgerEvent), list(_events(stock, plan, note)))


def facts(plan: Plan, note: Note) -> Iterator[dict[str, Any]]:
    """What the sealed history is told, in bounded parts."""
    told = [
        {"subject": change.subject, "key": change.key, "act": change.act, "fields": change.fields}
        for change in plan.changes
    ]
    for start in range(0, len(told), FACT_CHANGES):
        yield {"source": note.source, "reason": note.reason, "changes": told[start : start + FACT_CHANGES]}


def _insert(stock: Stock, table: Any, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    name, ids = (table.c.code, stock.point_ids) if table is _point else (table.c.serial, stock.device_ids)
    for key, id_ in stock.connection.execute(insert(table).returning(name, table.c.id), rows):
        ids[key] = id_


def _update(stock: Stock, table: Any, rows: list[tuple[int | None, dict[str, Any]]]) -> None:
    if rows:
        statement = update(table).where(table.c.id == bindparam("row_id"))
        values: dict[str, Any] = {key: bindparam(f"new_{key}") for key in rows[0][1]}
        parameters = [{"row_id": id_, **{f"new_{key}": row[key] for key in row}} for id_, row in rows]
        stock.connection.execute(statement.values(values), parameters)


def _point_row(stock: Stock, change: Change) -> dict[str, Any]:
    contract = change.after["contract"]
    kept = {key: change.after[key] for key in POINT_COLUMNS}
    contract_id = stock.contract_ids[contract] if contract else None
    return {"organisation_id": stock.organisation_id, **kept, "contract_id": contract_id}


def _device_row(stock: Stock, change: Change) -> dict[str, Any]:
    successor = change.after["replaced_by"]
    kept = {key: change.after[key] for key in DEVICE_COLUMNS}
    references = {
        "point_id": stock.point_ids[change.after["point"]],
        "replaced_by_id": stock.device_ids[successor] if successor else None,
    }
    return {"organisation_id": stock.organisation_id, **kept, **references}


def _events(stock: Stock, plan: Plan, note: Note) -> Iterator[dict[str, Any]]:
    for change in plan.changes:
        of_point = change.subject == "point"
        places = {change.key} if of_point else {change.after["point"], change.before.get("point")} - {None}
        for place in sorted(places):
            yield {
                "organisation_id": stock.organisation_id,
                "point_id": stock.point_ids[place],
                "device_id": None if of_point else stock.device_ids[change.key],
                "at": note.at,
                "actor_id": note.actor_id,
                "act": change.act,
                "source": note.source,
                "root_id": note.root_id,
                "reason": note.reason,
                "changes": change.fields,
            }
