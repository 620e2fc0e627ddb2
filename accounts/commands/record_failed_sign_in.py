"""Write into history that a password was wrong; the same rows for a name that nobody has."""

from __future__ import annotations

from accounts.attempts import read_tally
from accounts.lockout import locked_minutes
from engine.unit_of_work import UnitOfWork


def record_failed_sign_in(uow: UnitOfWork, name: str, ip: str, user_id: int | None, organisation_id: int | None) -> int:
    """Minutes for which the name (a subject) is locked now, 0 if it is not. `user_id` None: nobody has the name."""
    minutes = locked_minutes(read_tally(uow, name), uow.now)
    uow.loose_fact("sign_in_failed", organisation_id=organisation_id, user=user_id, ip=ip, locked_minutes=minutes)
    return minutes
