"""One point or one device with everything the ledger says of it, but for what is restricted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import Organisation
from maintenance.ledger.columns import DEVICES, POINTS, Book
from maintenance.models import Contract, Device, Point
from maintenance.visibility import visible_points

_point, _device, _contract = Point.__table__, Device.__table__, Contract.__table__


def point_entry(connection: Connection, actor: Actor, client_id: int, code: str) -> dict[str, Any]:
    """The columns of a point, its contractor's name, and its devices. Raises NotFound."""
    query = (
        select(_point.c.id, *_shown(POINTS, _point, "contract"))
        .add_columns(_contract.c.number.label("contract"), Organisation.name.label("contractor"))
        .outerjoin(_contract, _contract.c.id == _point.c.contract_id)
        .outerjoin(Organisation, Organisation.id == _contract.c.contractor_id)
        .where(visible_points(_point, actor, client_id), _point.c.code == code)
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(what=nouns.POINT)
    shown = (_device.c.serial, _device.c.kind, _device.c.model, _device.c.state)
    devices = connection.execute(select(*shown).where(_device.c.point_id == row["id"]).order_by(_device.c.serial))
    return {**row, "devices": [dict(device) for device in devices.mappings()]}


def device_entry(connection: Connection, actor: Actor, client_id: int, serial: str) -> dict[str, Any]:
    """The columns of a device, its successor's serial, and the name of its point. Raises NotFound."""
    successor = _device.alias("successor")
    query = (
        select(*_shown(DEVICES, _device, "point"))
        .add_columns(_point.c.code.label("point"), _point.c.name.label("point_name"))
        .add_columns(successor.c.serial.label("replaced_by"))
        .join(_point, _point.c.id == _device.c.point_id)
        .outerjoin(successor, successor.c.id == _device.c.replaced_by_id)
        .where(visible_points(_point, actor, client_id), _device.c.organisation_id == client_id)
        .where(_device.c.serial == serial)
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(what=nouns.DEVICE)
    return dict(row)


def _shown(book: Book, table: Any, reference: str) -> list[Any]:
    """The columns everybody who may read the ledger sees, but for the reference to another table."""
    return [table.c[column.key] for column in book.columns if not column.restricted and column.key != reference]
