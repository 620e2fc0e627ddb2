"""Set a new password by a one-time link; every browser session of the account ends."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from accounts.errors import ResetLinkInvalid
from accounts.former_passwords import retire_password
from accounts.live_sessions import end_all
from accounts.models import ResetLink, SignInAttempt
from accounts.reset_links import close
from engine.models import User
from engine.unit_of_work import UnitOfWork


def reset_password(uow: UnitOfWork, token_hash: str, name: str, new_hash: str) -> None:
    """The actor is the link's owner. `name`: the subject whose wrong tries are forgotten. Raises ResetLinkInvalid."""
    user_id = uow.actor.id or 0
    used = uow.connection.execute(
        update(ResetLink)
        .where(ResetLink.user_id == user_id, ResetLink.token_hash == token_hash)
        .where(ResetLink.ended_at.is_(None), ResetLink.expires_at > uow.now)
        .values(ended_at=uow.now, end_reason="used")
    )
    old_hash = uow.connection.scalar(select(User.password).where(User.id == user_id))
    changed = uow.connection.execute(
        update(User).where(User.id == user_id, User.active).values(password=new_hash, password_changed_at=uow.now)
    )
    if not used.rowcount or not changed.rowcount:
        raise ResetLinkInvalid
    retire_password(uow, user_id, old_hash)
    close(uow, user_id, "changed")
    end_all(uow, user_id, "revoked")
    uow.connection.execute(delete(SignInAttempt).where(SignInAttempt.subject == name))
    uow.loose_fact("password_reset", organisation_id=uow.actor.organisation_id, user=user_id)
