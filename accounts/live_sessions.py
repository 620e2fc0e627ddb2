"""When a browser session ends, with which words, and how its end is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from accounts.errors import (
    SessionDisplaced,
    SessionEndedByOwner,
    SessionExpired,
    SessionIdle,
    SessionRevoked,
    SignInRequired,
)
from accounts.models import LiveSession
from engine.unit_of_work import UnitOfWork

REFUSALS: dict[str, type[SignInRequired]] = {
    "signed_out": SignInRequired,
    "displaced": SessionDisplaced,
    "idle": SessionIdle,
    "expired": SessionExpired,
    "revoked": SessionRevoked,
    "ended_by_owner": SessionEndedByOwner,
}
"""End reason -> what the browser is told at its next request."""


@dataclass(frozen=True)
class SessionLimits:
    """How long a session lives."""

    idle: timedelta  # without use
    lifetime: timedelta  # at the latest
    single: bool  # one for each account


def end_reason(started_at: datetime, last_seen_at: datetime, now: datetime, limits: SessionLimits) -> str | None:
    """ "idle" or "expired" when the time is over. At the very minute the session still lives."""
    if now - started_at > limits.lifetime:
        return "expired"
    return "idle" if now - last_seen_at > limits.idle else None


def end(uow: UnitOfWork, session_id: int, reason: str) -> None:
    """End a session and write it into history; does nothing when it has ended already."""
    ended = uow.connection.execute(
        update(LiveSession)
        .where(LiveSession.id == session_id, LiveSession.ended_at.is_(None))
        .values(ended_at=uow.now, end_reason=reason)
    )
    if ended.rowcount:
        fact = "signed_out" if reason == "signed_out" else f"session_{reason}"
        uow.loose_fact(fact, organisation_id=uow.actor.organisation_id, session=session_id)


def end_all(uow: UnitOfWork, user_id: int, reason: str, *, but: int | None = None) -> int:
    """End the live sessions of an account, except the one with the id `but`. How many there were."""
    live = select(LiveSession.id).where(LiveSession.user_id == user_id, LiveSession.ended_at.is_(None))
    ids = [id_ for id_ in uow.connection.scalars(live.order_by(LiveSession.id)).all() if id_ != but]
    for session_id in ids:
        end(uow, session_id, reason)
    return len(ids)
