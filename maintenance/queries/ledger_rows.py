"""The ledger as rows of a table, in the order of its columns: what exports write and imports understand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from engine.authorization import Actor
from engine.errors import EngineError
from maintenance.ledger.columns import BOOKS, Book, Column
from maintenance.models import Contract, Device, Point
from maintenance.visibility import visible_points

MAX_ROWS = 100_000

_point, _device = Point.__table__, Device.__table__


class ExportTooLarge(EngineError):
    """The export would have {count} rows; at most {limit} are written. Take one district at a time."""

    code, status = "export_too_large", 422
    zh = "要导出 {count} 行，超过 {limit} 行。请按辖区分别导出。"


def ledger_rows(
    connection: Connection, actor: Actor, client_id: int, *, restricted: bool, district: str | None = None
) -> list[tuple[Book, list[Column], list[tuple[Any, ...]]]]:
    """Points and devices that the actor may see, each with the columns shown. Raises ExportTooLarge."""
    found = []
    for book in BOOKS:
        columns = [column for column in book.columns if restricted or not column.restricted]
        query = select(*(_source(book, column.key) for column in columns)).select_from(_joined(book))
        query = query.where(visible_points(_point, actor, client_id))
        if district is not None:
            query = query.where(_point.c.district == district)
        count = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
        if count > MAX_ROWS:
            raise ExportTooLarge(count=count, limit=MAX_ROWS)
        key = _source(book, book.key)
        found.append((book, columns, [tuple(row) for row in connection.execute(query.order_by(key))]))
    return found


def _joined(book: Book) -> Any:
    points = _point.outerjoin(Contract.__table__, Contract.id == _point.c.contract_id)
    return points if book.subject == "point" else _device.join(_point, _point.c.id == _device.c.point_id)


def _source(book: Book, key: str) -> Any:
    if key == "contract":
        return Contract.number.label(key)
    if key == "point":
        return _point.c.code.label(key)
    return (_point if book.subject == "point" else _device).c[key].label(key)
