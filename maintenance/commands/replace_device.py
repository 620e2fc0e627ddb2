"""Replace a device by hand (R-344): the old serial becomes `replaced` and points to its successor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.unit_of_work import UnitOfWork
from maintenance.ledger.changing import require_keeper
from maintenance.ledger.replacing import replacement
from maintenance.ledger.stock import Stock
from maintenance.ledger.writing import Note, facts, write


def replace_device(
    uow: UnitOfWork, organisation_id: int, old_serial: str, new_serial: str, values: Mapping[str, Any], reason: str = ""
) -> str:
    """The new serial. `values`: columns of the new device; point, kind and model are the old one's unless given.

    The same replacement said twice changes nothing. Raises Forbidden, NotFound, Invalid.
    """
    require_keeper(uow.connection, uow.actor, organisation_id)
    stock = Stock(uow.connection, organisation_id)
    stock.lock()
    plan = replacement(stock, old_serial.strip(), new_serial.strip(), values, None)
    note = Note(uow.now, uow.actor.id, "manual", reason=reason)
    write(stock, plan, note)
    for fact in facts(plan, note):
        uow.loose_fact("ledger_changed", organisation_id=organisation_id, **fact)
    return new_serial.strip()
