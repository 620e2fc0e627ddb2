"""End all of one's own browser sessions but the present one."""

from __future__ import annotations

from accounts.live_sessions import end_all
from engine.unit_of_work import UnitOfWork


def end_other_sessions(uow: UnitOfWork, present: int | None) -> int:
    """How many there were. `present`: the id of the session that stays, if any."""
    return end_all(uow, uow.actor.id or 0, "ended_by_owner", but=present)
