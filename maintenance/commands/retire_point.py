"""Retire a point: it stays in the ledger with its history, and takes no reports and devices any more."""

from __future__ import annotations

from engine.unit_of_work import UnitOfWork
from engine.words import required_words
from maintenance.ledger.changing import update_one
from maintenance.ledger.columns import POINTS

MAX_REASON = 500


def retire_point(uow: UnitOfWork, organisation_id: int, code: str, reason: str) -> None:
    """Refused while devices in use stand there. Raises Forbidden, NotFound, Invalid (reason, state)."""
    words = required_words("reason", reason, MAX_REASON)
    update_one(uow, organisation_id, POINTS, code, {"state": "retired"}, words)
