"""How somebody's own second factor stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from accounts.models import RecoveryCode, SecondFactor
from accounts.second_factor import OFFERED_FOR
from engine.authorization import Actor


@dataclass(frozen=True)
class FactorState:
    since: datetime | None  # UTC; None: the password alone signs in
    recovery_codes: int  # not yet used


def second_factor_state(connection: Connection, actor: Actor) -> FactorState:
    """Of the actor's own account."""
    since = connection.scalar(select(SecondFactor.confirmed_at).where(SecondFactor.user_id == actor.id))
    left = select(func.count()).select_from(RecoveryCode)
    mine = left.where(RecoveryCode.user_id == actor.id, RecoveryCode.used_at.is_(None))
    return FactorState(since, connection.scalar(mine) or 0)


def offered_secret(connection: Connection, actor: Actor, now: datetime) -> bytes | None:
    """The sealed secret that was offered to the actor and can still be confirmed."""
    query = select(SecondFactor.offered).where(SecondFactor.user_id == actor.id)
    return connection.scalar(query.where(SecondFactor.offered_at >= now - OFFERED_FOR))
