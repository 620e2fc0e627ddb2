"""Change what the ledger says of a point; its code stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.unit_of_work import UnitOfWork
from maintenance.ledger.changing import update_one
from maintenance.ledger.columns import POINTS


def update_point(uow: UnitOfWork, organisation_id: int, code: str, values: Mapping[str, Any]) -> list[str]:
    """The keys of the columns that differ now. Raises Forbidden, NotFound, Invalid per column."""
    return update_one(uow, organisation_id, POINTS, code, values)
