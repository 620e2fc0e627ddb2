"""Write down that a password or a code was wrong; the same rows for a name that nobody has."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from sqlalchemy import delete, insert

from accounts.attempts import read_tally
from accounts.lockout import locked_minutes
from accounts.models import SignInFailure
from engine.unit_of_work import UnitOfWork

KEPT = timedelta(days=90)
"""So long its owner sees the wrong tries of an account; history keeps them for ever."""


def record_failed_sign_in(
    uow: UnitOfWork,
    name: str,
    ip: str,
    user_id: int | None,
    organisation_id: int | None,
    wrong: Literal["password", "code"] = "password",
) -> int:
    """Minutes for which the name (a subject) is locked now, 0 if it is not. `user_id` None: nobody has the name."""
    minutes = locked_minutes(read_tally(uow, name), uow.now)
    failure = {"user_id": user_id, "at": uow.now, "ip": ip, "wrong": wrong}
    uow.connection.execute(insert(SignInFailure).values(failure))
    uow.connection.execute(delete(SignInFailure).where(SignInFailure.at < uow.now - KEPT))
    facts = {"user": user_id, "ip": ip, "wrong": wrong, "locked_minutes": minutes}
    uow.loose_fact("sign_in_failed", organisation_id=organisation_id, **facts)
    return minutes
