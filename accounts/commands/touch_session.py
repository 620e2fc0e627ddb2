"""Note that a browser session is in use; asked at most once a minute."""

from __future__ import annotations

from sqlalchemy import update

from accounts.models import LiveSession
from engine.unit_of_work import UnitOfWork


def touch_session(uow: UnitOfWork, session_id: int) -> None:
    """Moves `last_seen_at` of a live session to now."""
    uow.connection.execute(
        update(LiveSession)
        .where(LiveSession.id == session_id, LiveSession.ended_at.is_(None))
        .values(last_seen_at=uow.now)
    )
