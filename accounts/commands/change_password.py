"""Change one's password; every browser session of the account ends."""

from __future__ import annotations

from sqlalchemy import select, update

from accounts.attempts import clear
from accounts.errors import BadCredentials
from accounts.live_sessions import end
from accounts.models import LiveSession
from engine.models import User
from engine.unit_of_work import UnitOfWork


def change_password(uow: UnitOfWork, subjects: tuple[str, str], old_hash: str, new_hash: str) -> None:
    """`subjects`: name and address of the try; `old_hash`: what was verified.

    Raises BadCredentials when the password was changed by somebody else since it was verified.
    """
    changed = uow.connection.execute(
        update(User)
        .where(User.id == uow.actor.id, User.password == old_hash, User.active)
        .values(password=new_hash, password_changed_at=uow.now)
    )
    if not changed.rowcount:
        raise BadCredentials
    clear(uow, *subjects)
    live = select(LiveSession.id).where(LiveSession.user_id == uow.actor.id, LiveSession.ended_at.is_(None))
    for session_id in uow.connection.scalars(live.order_by(LiveSession.id)).all():
        end(uow, session_id, "revoked")
    uow.loose_fact("password_changed", organisation_id=uow.actor.organisation_id)
