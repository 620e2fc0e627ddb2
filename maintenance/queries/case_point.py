"""Where the fault of a ticket is, and what else was reported there: for whoever stands at the pole."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, or_, select

from engine.authorization import Actor
from engine.models import ProcessInstance
from engine.queries.search import contains
from engine.visibility import visible
from maintenance.models import Device, Point, WorkOrder

_point, _order, _root, _device = Point.__table__, WorkOrder.__table__, ProcessInstance.__table__, Device.__table__


@dataclass(frozen=True)
class CasePoint:
    """What the ledger says of the point that helps to find it and to ask somebody. Degrees are WGS 84."""

    id: int
    code: str
    name: str
    district: str | None
    road: str | None
    direction: str | None
    pole: str | None
    plate: str | None
    latitude: float | None
    longitude: float | None
    network_unit: str | None
    power_unit: str | None


@dataclass(frozen=True)
class PointTicket:
    """One ticket of a point. Instants are UTC."""

    id: int
    number: str | None
    state: str
    symptom: str
    device: str | None  # serial
    reported_at: datetime
    end_reason: str | None


@dataclass(frozen=True)
class PointRecord:
    """The tickets of a point since a day, as far as the reader may see them."""

    count: int
    position: int | None  # of this ticket among them, 1 the oldest; None: it was reported before
    others: list[PointTicket]  # newest first, without this ticket


def case_point(connection: Connection, root_id: int) -> CasePoint | None:
    """None for a case that is no work order. The caller has checked that the case may be seen."""
    columns = [_point.c[one.name] for one in fields(CasePoint)]
    query = select(*columns).join(_order, _order.c.point_id == _point.c.id).where(_order.c.instance_id == root_id)
    row = connection.execute(query).one_or_none()
    return CasePoint(*row) if row is not None else None


def point_record(
    connection: Connection, actor: Actor, point_id: int, root_id: int, since: datetime, limit: int = 10
) -> PointRecord:
    """Tickets that were reported on the point from `since` on and that the actor may see."""
    joined = _order.join(_root, _root.c.id == _order.c.instance_id)
    here = and_(_order.c.point_id == point_id, _order.c.reported_at >= since, visible(_root, actor))
    this = select(_order.c.reported_at).where(_order.c.instance_id == root_id).scalar_subquery()
    before = or_(_order.c.reported_at < this, and_(_order.c.reported_at == this, _order.c.instance_id <= root_id))
    own = func.sum(case((_order.c.instance_id == root_id, 1), else_=0))
    counted = select(func.count(), func.sum(case((before, 1), else_=0)), own).select_from(joined).where(here)
    count, position, is_there = connection.execute(counted).one()
    rows = connection.execute(
        select(_root.c.id, _root.c.business_key, _root.c.state, _order.c.symptom, _device.c.serial)
        .add_columns(_order.c.reported_at, _root.c.end_reason)
        .select_from(joined.outerjoin(_device, _device.c.id == _order.c.device_id))
        .where(here, _root.c.id != root_id)
        .order_by(_order.c.reported_at.desc(), _root.c.id.desc())
        .limit(limit)
    )
    return PointRecord(count, position if is_there else None, [PointTicket(*row) for row in rows])


def cases_at(words: str) -> Select[Any]:
    """The ids of the work orders on points whose number, name or plate contains the words; to narrow a list."""
    found = contains(words, _point.c.code, _point.c.name, _point.c.plate)
    return select(_order.c.instance_id).join(_point, _point.c.id == _order.c.point_id).where(*found)
