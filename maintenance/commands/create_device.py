"""Add a device to a point of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.unit_of_work import UnitOfWork
from maintenance.ledger.changing import create_one
from maintenance.ledger.columns import DEVICES


def create_device(uow: UnitOfWork, organisation_id: int, values: Mapping[str, Any]) -> str:
    """Its serial. `values`: by the keys of maintenance.ledger.columns.DEVICES.

    Raises Forbidden, NotFound (client), Invalid per column.
    """
    return create_one(uow, organisation_id, DEVICES, values)
