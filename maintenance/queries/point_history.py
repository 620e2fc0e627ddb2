"""What ever happened at a point: changes of the ledger and its tickets, newest first, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, String, cast, literal, null, select, union_all

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import ProcessInstance, User, UtcDateTime
from engine.queries.paging import Page, decode, encode, read_page
from engine.visibility import visible
from maintenance.ledger.columns import DEVICES, POINTS
from maintenance.models import Device, LedgerEvent, Point, WorkOrder
from maintenance.visibility import visible_points

LEDGER, TICKET = "ledger", "ticket"
HIDDEN = "•••"
_RESTRICTED = frozenset(column.key for book in (POINTS, DEVICES) for column in book.columns if column.restricted)


@dataclass(frozen=True)
class PointEvent:
    """One line of a point's history. `at` is UTC."""

    at: datetime
    kind: str  # "ledger" or "ticket"
    act: str  # created, changed, moved, replaced, retired; of a ticket: its state now
    by: str | None  # display name; null: the system
    device: str | None  # serial; null: the point itself
    source: str | None  # manual, import, ticket
    reason: str | None
    changes: dict[str, list[Any]] | None  # column -> [before, after]
    ticket_id: int | None  # the ticket, or the one that changed the ledger
    number: str | None  # 工单号
    title: str | None
    ended_at: datetime | None


def point_history(
    connection: Connection, actor: Actor, client_id: int, code: str, *, after: str | None = None, limit: int = 20
) -> Page[PointEvent]:
    """Of tickets only those that the actor may see. Raises NotFound, Invalid for a cursor that is not ours."""
    point = Point.__table__
    seen = visible_points(point, actor, client_id)
    point_id = connection.scalar(select(point.c.id).where(seen, point.c.code == code))
    if point_id is None:
        raise NotFound(what=nouns.POINT)
    lines = union_all(_changes(point_id), _tickets(point_id, actor)).subquery()
    query = select(lines)
    if after:
        at, kind, id_ = decode(after, datetime, str, int)
        same = (lines.c.at == at) & ((lines.c.kind < kind) | ((lines.c.kind == kind) & (lines.c.id < id_)))
        query = query.where((lines.c.at < at) | same)
    query = query.order_by(lines.c.at.desc(), lines.c.kind.desc(), lines.c.id.desc())
    return read_page(connection, query, limit, _event, lambda row: encode(row.at.isoformat(), row.kind, row.id))


def _event(row: Any) -> PointEvent:
    return PointEvent(*[*row[1:8], _shown(row.changes), *row[9:]])


def _changes(point_id: int) -> Any:
    event, root = LedgerEvent.__table__, ProcessInstance.__table__
    return (
        select(
            *(event.c.id, event.c.at, literal(LEDGER).label("kind"), event.c.act),
            User.display_name.label("by"),
            *(Device.serial.label("device"), event.c.source, event.c.reason),
            cast(event.c.changes, String).label("changes"),
            *(event.c.root_id.label("ticket_id"), root.c.business_key.label("number")),
            cast(null(), String).label("title"),
            cast(null(), UtcDateTime).label("ended_at"),
        )
        .outerjoin(User, User.id == event.c.actor_id)
        .outerjoin(Device, Device.id == event.c.device_id)
        .outerjoin(root, root.c.id == event.c.root_id)
        .where(event.c.point_id == point_id)
    )


def _tickets(point_id: int, actor: Actor) -> Any:
    root = ProcessInstance.__table__
    return (
        select(
            *(root.c.id, WorkOrder.reported_at.label("at"), literal(TICKET).label("kind"), root.c.state.label("act")),
            *(User.display_name.label("by"), Device.serial.label("device")),
            *(cast(null(), String).label("source"), cast(null(), String).label("reason")),
            *(cast(null(), String).label("changes"), root.c.id.label("ticket_id")),
            *(root.c.business_key.label("number"), root.c.title, root.c.ended_at),
        )
        .join(WorkOrder, WorkOrder.instance_id == root.c.id)
        .outerjoin(Device, Device.id == WorkOrder.device_id)
        .outerjoin(User, User.id == WorkOrder.reporter_id)
        .where(WorkOrder.point_id == point_id, visible(root, actor))
    )


def _shown(changes: str | None) -> dict[str, list[Any]] | None:
    """That a restricted column has changed is told, not what it held."""
    if changes is None:
        return None
    told: dict[str, list[Any]] = orjson.loads(changes)
    hidden = {key: [value and HIDDEN for value in pair] for key, pair in told.items() if key in _RESTRICTED}
    return {**told, **hidden}
