"""Points for a picker: those of one client that the actor may report faults for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.authorization import Actor
from engine.queries.paging import Page, decode, encode, page_size
from engine.queries.search import contains
from maintenance.models import Point
from maintenance.visibility import visible_points


@dataclass(frozen=True)
class PointItem:
    code: str
    name: str
    road: str | None
    district: str | None
    key_site: bool


def point_search(
    connection: Connection,
    actor: Actor,
    client_id: int,
    *,
    search: str = "",
    after: str | None = None,
    limit: int = 20,
) -> Page[PointItem]:
    """Active points that the actor may see, by code.

    The caller has checked that the actor may start cases for the client.
    """
    point = Point.__table__
    found = contains(search, point.c.code, point.c.name, point.c.road)
    query = select(point.c.code, point.c.name, point.c.road, point.c.district, point.c.key_site).where(
        visible_points(point, actor, client_id), point.c.state == "active", *found
    )
    if after:
        (code,) = decode(after, str)
        query = query.where(point.c.code > code)
    size = page_size(limit)
    rows = [PointItem(*row) for row in connection.execute(query.order_by(point.c.code).limit(size + 1))]
    return Page(rows[:size], encode(rows[size - 1].code) if len(rows) > size else None)
