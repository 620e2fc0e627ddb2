"""The points that stand nearest to a place, for who reports a fault at the roadside."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.authorization import Actor
from maintenance.models import Point
from maintenance.visibility import visible_points

WITHIN = 2_000  # metres
DEGREE = 111_320.0  # metres on a meridian
MOST_IN_BOX = 2_000  # points looked at; a city has a few hundred in a square of 4 km

_point = Point.__table__


@dataclass(frozen=True)
class NearPoint:
    code: str
    name: str
    metres: int


def points_near(
    connection: Connection, actor: Actor, client_id: int, latitude: float, longitude: float, limit: int = 6
) -> list[NearPoint]:
    """Points in use that the actor may see, nearest first, at most WITHIN metres away. Degrees are WGS 84.

    The caller has checked that the actor has to do with the client.
    """
    shrink = max(math.cos(math.radians(latitude)), 0.01)
    high, wide = WITHIN / DEGREE, WITHIN / DEGREE / shrink
    query = select(_point.c.code, _point.c.name, _point.c.latitude, _point.c.longitude).where(
        visible_points(_point, actor, client_id),
        _point.c.state == "active",
        _point.c.latitude.between(latitude - high, latitude + high),
        _point.c.longitude.between(longitude - wide, longitude + wide),
    )
    found = [
        NearPoint(row.code, row.name, round(_metres(row.latitude - latitude, (row.longitude - longitude) * shrink)))
        for row in connection.execute(query.order_by(_point.c.code).limit(MOST_IN_BOX))
    ]
    near = [one for one in found if one.metres <= WITHIN]
    return sorted(near, key=lambda one: (one.metres, one.code))[:limit]


def _metres(north: float, east: float) -> float:
    """Of a difference in degrees, the eastern one already shrunk to its latitude: exact to a few metres so near."""
    return math.hypot(north, east) * DEGREE
