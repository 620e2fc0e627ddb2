"""Points of one client, for pickers and for the ledger's list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from engine.authorization import Actor
from engine.queries.paging import Page, decode, encode, read_page
from engine.queries.search import MAX_LENGTH, contains
from maintenance.models import Contract, Point
from maintenance.visibility import visible_points

SORTS = {"code": "点位编号 by code", "-code": "倒序 by code, last first", "name": "名称 by name", "-name": "倒序"}
MAX_WORDS = 8

_point = Point.__table__


@dataclass(frozen=True)
class PointItem:
    code: str
    name: str
    road: str | None
    district: str | None
    key_site: bool
    state: str
    latitude: float | None  # degrees, WGS 84
    longitude: float | None


def point_search(
    connection: Connection,
    actor: Actor,
    client_id: int,
    *,
    search: str = "",
    state: str | None = "active",
    district: str | None = None,
    road: str | None = None,
    contract: str | None = None,
    key_site: bool | None = None,
    sort: str = "code",
    after: str | None = None,
    limit: int = 20,
) -> Page[PointItem]:
    """Points that the actor may see. `search`: each word must stand in code, name or road. `state` None: any.

    The caller has checked that the actor has to do with the client. Raises Invalid for a cursor that is not ours.
    """
    columns = [_point.c[name] for name in PointItem.__dataclass_fields__]
    query = select(*columns, _point.c.id).where(visible_points(_point, actor, client_id), *words(search))
    given = {"state": state, "district": district, "road": road, "key_site": key_site}
    query = query.where(*(_point.c[name] == value for name, value in given.items() if value is not None))
    if contract is not None:
        query = query.where(_point.c.contract_id.in_(select(Contract.id).where(Contract.number == contract)))
    column, down = _point.c[sort.removeprefix("-")], sort.startswith("-")
    if after:
        query = query.where(behind(column, _point.c.id, after, down=down))
    order = (column.desc(), _point.c.id.desc()) if down else (column, _point.c.id)
    return read_page(
        connection,
        query.order_by(*order),
        limit,
        lambda row: PointItem(*row[:-1]),
        lambda row: encode(getattr(row, column.name), row.id),
    )


def words(search: str, *columns: Any) -> list[ColumnElement[bool]]:
    """One condition for each word of a search; by code, name and road unless columns are given."""
    looked_at = columns or (_point.c.code, _point.c.name, _point.c.road)
    return [one for word in search[:MAX_LENGTH].split()[:MAX_WORDS] for one in contains(word, *looked_at)]


def behind(column: Any, id_column: Any, cursor: str, *, down: bool) -> ColumnElement[bool]:
    """The rows behind a cursor of (value, id)."""
    value, id_ = decode(cursor, str, int)
    further = column < value if down else column > value
    same = and_(column == value, id_column < id_ if down else id_column > id_)
    return or_(further, same)
