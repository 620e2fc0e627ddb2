"""End one of one's own browser sessions, on another device."""

from __future__ import annotations

from sqlalchemy import select

from accounts.live_sessions import end
from accounts.models import LiveSession
from engine import nouns
from engine.errors import NotFound
from engine.unit_of_work import UnitOfWork


def end_own_session(uow: UnitOfWork, session_id: int) -> None:
    """Does nothing when it has ended already. Raises NotFound for a session of somebody else."""
    owner = uow.connection.scalar(select(LiveSession.user_id).where(LiveSession.id == session_id))
    if owner is None or owner != uow.actor.id:
        raise NotFound(what=nouns.SESSION)
    end(uow, session_id, "ended_by_owner")
