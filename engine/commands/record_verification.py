"""Write into history that history was verified: by whom, how much of it, and what was found."""

from __future__ import annotations

from engine.authorization import require
from engine.unit_of_work import UnitOfWork


def record_verification(uow: UnitOfWork, rows: int, cases: int, damages: int, number: str | None = None) -> None:
    """`number`: the one case that was verified; None: all that the actor may see. Raises Forbidden."""
    require(uow.actor, "history.verify")
    found = {"rows": rows, "cases": cases, "damages": damages}
    uow.loose_fact("history_verified", organisation_id=uow.actor.organisation_id, number=number, **found)
