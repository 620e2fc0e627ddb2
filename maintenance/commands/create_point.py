"""Add a point to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.unit_of_work import UnitOfWork
from maintenance.ledger.changing import create_one
from maintenance.ledger.columns import POINTS


def create_point(uow: UnitOfWork, organisation_id: int, values: Mapping[str, Any]) -> str:
    """Its code. `values`: by the keys of maintenance.ledger.columns.POINTS.

    Raises Forbidden, NotFound (client), Invalid per column.
    """
    return create_one(uow, organisation_id, POINTS, values)
