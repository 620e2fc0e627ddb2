"""What the ledger of one client holds already, read in few statements however many rows are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from engine.models import Organisation
from maintenance.ledger.columns import DEVICES, POINTS
from maintenance.models import Contract, Device, Point

CHUNK = 1_000  # names a statement
IN_USE = ("active", "faulty")

_point, _device, _contract = Point.__table__, Device.__table__, Contract.__table__
_successor = Device.__table__.alias("successor")
POINT_COLUMNS = [c.key for c in POINTS.columns if c.key != "contract"]
DEVICE_COLUMNS = [c.key for c in DEVICES.columns if c.key != "point"]


@dataclass(frozen=True)
class Stored:
    """One row: references as people write them, by code, serial and number."""

    id: int
    values: dict[str, Any]


class Stock:
    """Reads points, devices and contracts of one client by their names, and remembers the ids."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self.connection = connection
        self.organisation_id = organisation_id
        self.point_ids: dict[str, int] = {}
        self.device_ids: dict[str, int] = {}
        self.contract_ids: dict[str, int] = {}

    def lock(self) -> None:
        """Let changes of one client's ledger take turns: what is compared must still be so when it is written.

        The row of the client stays free for what only refers to it. A case that changes the ledger holds its own lock
        already; whoever holds this one takes no other.
        """
        organisation = Organisation.__table__
        query = select(organisation.c.id).where(organisation.c.id == self.organisation_id)
        self.connection.execute(query.with_for_update(key_share=True))

    def points(self, codes: Iterable[str]) -> dict[str, Stored]:
        query = (
            select(_point.c.id, *(_point.c[key] for key in POINT_COLUMNS), _contract.c.number.label("contract"))
            .outerjoin(_contract, _contract.c.id == _point.c.contract_id)
            .where(_point.c.organisation_id == self.organisation_id)
        )
        found = dict(self._rows(query, _point.c.code, codes, "code"))
        self.point_ids |= {code: row.id for code, row in found.items()}
        return found

    def devices(self, serials: Iterable[str]) -> dict[str, Stored]:
        query = (
            select(
                _device.c.id,
                *(_device.c[key] for key in DEVICE_COLUMNS),
                _point.c.code.label("point"),
                _successor.c.serial.label("replaced_by"),
                _successor.c.id.label("successor_id"),
            )
            .join(_point, _point.c.id == _device.c.point_id)
            .outerjoin(_successor, _successor.c.id == _device.c.replaced_by_id)
            .where(_device.c.organisation_id == self.organisation_id)
        )
        found = dict(self._rows(query, _device.c.serial, serials, "serial"))
        self.device_ids |= {serial: row.id for serial, row in found.items()}
        for row in found.values():
            successor_id = row.values.pop("successor_id")
            if successor_id is not None:
                self.device_ids[row.values["replaced_by"]] = successor_id
        return found

    def contracts(self, numbers: Collection[str]) -> None:
        """Remember the ids of those that exist."""
        for some in chunks(numbers):
            rows = self.connection.execute(
                select(_contract.c.number, _contract.c.id).where(
                    _contract.c.organisation_id == self.organisation_id, _contract.c.number.in_(some)
                )
            )
            self.contract_ids |= {number: id_ for number, id_ in rows}

    def in_use(self, codes: Collection[str]) -> dict[str, set[str]]:
        """Point code -> serials of the devices in use or faulty there."""
        found: dict[str, set[str]] = {code: set() for code in codes}
        for some in chunks(codes):
            query = (
                select(_point.c.code, _device.c.serial)
                .join(_device, _device.c.point_id == _point.c.id)
                .where(_point.c.organisation_id == self.organisation_id, _point.c.code.in_(some))
                .where(_device.c.state.in_(IN_USE))
            )
            for code, serial in self.connection.execute(query):
                found[code].add(serial)
        return found

    def _rows(self, query: Any, column: Any, names: Iterable[str], key: str) -> Iterator[tuple[str, Stored]]:
        for some in chunks(names):
            for row in self.connection.execute(query.where(column.in_(some))).mappings():
                values = dict(row)
                yield values[key], Stored(values.pop("id"), values)


def chunks(names: Iterable[str]) -> Iterator[list[str]]:
    """Each name once, in bounded lists."""
    rest = iter(dict.fromkeys(names))
    while some := list(islice(rest, CHUNK)):
        yield some
