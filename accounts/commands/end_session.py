"""End a browser session: signed out, or its time is over."""

from __future__ import annotations

from accounts.live_sessions import end
from engine.unit_of_work import UnitOfWork


def end_session(uow: UnitOfWork, session_id: int, reason: str) -> None:
    """`reason`: signed_out, idle, expired, revoked. Does nothing when the session has ended already."""
    end(uow, session_id, reason)
