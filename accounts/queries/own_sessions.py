"""Where somebody is signed in, and when the account was signed in to or somebody tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from accounts.commands.record_failed_sign_in import KEPT
from accounts.live_sessions import SessionLimits, end_reason
from accounts.models import LiveSession, SignInFailure
from engine.authorization import Actor

MOST = 200
"""So many rows of each kind a page shows, the newest."""


@dataclass(frozen=True)
class OwnSession:
    """Instants are UTC."""

    id: int
    started_at: datetime
    last_seen_at: datetime  # within a minute
    ip: str
    user_agent: str
    ended_at: datetime | None
    end_reason: str | None  # a key of accounts.live_sessions.REFUSALS


@dataclass(frozen=True)
class WrongTry:
    at: datetime  # UTC
    ip: str
    wrong: str  # "password" or "code"


def sign_in_history(connection: Connection, actor: Actor, now: datetime, limits: SessionLimits) -> list[OwnSession]:
    """The actor's sessions of 90 days, newest first. One whose time is over has ended, noticed or not."""
    query = select(
        *(LiveSession.id, LiveSession.started_at, LiveSession.last_seen_at, LiveSession.ip, LiveSession.user_agent),
        *(LiveSession.ended_at, LiveSession.end_reason),
    ).where(LiveSession.user_id == actor.id, LiveSession.started_at > now - KEPT)
    rows = connection.execute(query.order_by(LiveSession.id.desc()).limit(MOST))
    return [_judged(OwnSession(*row), now, limits) for row in rows]


def wrong_tries(connection: Connection, actor: Actor, now: datetime) -> list[WrongTry]:
    """Wrong passwords and codes of the actor's account in 90 days, newest first."""
    query = select(SignInFailure.at, SignInFailure.ip, SignInFailure.wrong).where(SignInFailure.user_id == actor.id)
    mine = query.where(SignInFailure.at > now - KEPT).order_by(SignInFailure.at.desc(), SignInFailure.id.desc())
    return [WrongTry(*row) for row in connection.execute(mine.limit(MOST))]


def _judged(session: OwnSession, now: datetime, limits: SessionLimits) -> OwnSession:
    reason = end_reason(session.started_at, session.last_seen_at, now, limits)
    if session.ended_at is not None or reason is None:
        return session
    over = session.started_at + limits.lifetime if reason == "expired" else session.last_seen_at + limits.idle
    about = (session.id, session.started_at, session.last_seen_at, session.ip, session.user_agent)
    return OwnSession(*about, over, reason)
