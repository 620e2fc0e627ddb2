"""Devices of one client, by serial."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.authorization import Actor
from engine.queries.paging import Page, encode, read_page
from maintenance.models import Device, Point
from maintenance.queries.point_search import behind, words
from maintenance.visibility import visible_points

_point, _device = Point.__table__, Device.__table__


@dataclass(frozen=True)
class DeviceItem:
    serial: str
    kind: str
    model: str | None
    state: str
    point_code: str
    point_name: str


def device_list(
    connection: Connection,
    actor: Actor,
    client_id: int,
    *,
    search: str = "",
    state: str | None = None,
    kind: str | None = None,
    point: str | None = None,
    after: str | None = None,
    limit: int = 20,
) -> Page[DeviceItem]:
    """Devices at points that the actor may see. `search`: in serial, model, and the point's code and name.

    The caller has checked that the actor has to do with the client. Raises Invalid for a cursor that is not ours.
    """
    device, columns = _device, (_device.c.serial, _device.c.model, _point.c.code, _point.c.name)
    query = (
        select(device.c.serial, device.c.kind, device.c.model, device.c.state, _point.c.code, _point.c.name)
        .add_columns(device.c.id)
        .join(_point, _point.c.id == device.c.point_id)
        .where(device.c.organisation_id == client_id, visible_points(_point, actor, client_id))
        .where(*words(search, *columns))
    )
    given = {device.c.state: state, device.c.kind: kind, _point.c.code: point}
    query = query.where(*(column == value for column, value in given.items() if value is not None))
    if after:
        query = query.where(behind(device.c.serial, device.c.id, after, down=False))
    query = query.order_by(device.c.serial, device.c.id)
    return read_page(
        connection, query, limit, lambda row: DeviceItem(*row[:-1]), lambda row: encode(row.serial, row.id)
    )
