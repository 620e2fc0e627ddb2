"""Between the password and the code: who has come so far is written in the browser's signed cookie, for five minutes.

The cookie can neither be forged nor kept: it is good for one session, and for the password that was verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import session
from sqlalchemy import select

from accounts.api_keys import digest
from accounts.authentication import Verified
from accounts.context import accounts
from accounts.errors import SignInStepOver
from engine.authorization import Actor
from engine.models import User

TIME_FOR_CODE = timedelta(minutes=5)
_KEY = "password_verified"


@dataclass(frozen=True)
class HalfWay:
    """Somebody whose password was right in this browser."""

    actor: Actor  # without roles: enough to sign history
    password_mark: str  # SHA-256 of the stored hash that was verified
    at: datetime


def remember(who: Verified) -> None:
    session[_KEY] = f"{who.actor.id}.{int(who.at.timestamp() * 1_000_000)}.{digest(who.password_hash)}"


def half_way(now: datetime) -> HalfWay:
    """Raises SignInStepOver when nobody is, or for too long."""
    user_id, _, rest = str(session.get(_KEY, "0.0.")).partition(".")
    micros, _, mark = rest.partition(".")
    at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(micros))
    if not timedelta(0) <= now - at <= TIME_FOR_CODE:
        raise SignInStepOver
    columns = (User.id, User.username, User.organisation_id, User.display_name)
    with accounts().engine.read() as connection:
        row = connection.execute(select(*columns).where(User.id == int(user_id))).one_or_none()
    if row is None:
        raise SignInStepOver
    return HalfWay(Actor(*row), mark, at)
