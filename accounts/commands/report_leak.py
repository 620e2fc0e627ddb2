"""Somebody else may know my password: nothing of the account stays open, and the password is worth nothing at once."""

from __future__ import annotations

from sqlalchemy import select, update

from accounts.commands.revoke_api_key import revoke_api_key
from accounts.errors import BadCredentials
from accounts.former_passwords import retire_password
from accounts.live_sessions import end_all
from accounts.models import ApiKey
from accounts.reset_links import put_link
from engine.models import User
from engine.unit_of_work import UnitOfWork


def report_leak(uow: UnitOfWork, old_hash: str, token_hash: str) -> None:
    """Ends every session, revokes every key, takes the password away and puts a one-time link in its place.

    `old_hash`: what was verified; `token_hash`: of the link, for the browser
    that asks. Raises BadCredentials when the password was changed by somebody else since it was verified.
    """
    user_id, organisation_id = uow.actor.id or 0, uow.actor.organisation_id
    taken = uow.connection.execute(
        update(User).where(User.id == user_id, User.password == old_hash, User.active).values(password=None)
    )
    if not taken.rowcount:
        raise BadCredentials
    retire_password(uow, user_id, old_hash)
    sessions = end_all(uow, user_id, "revoked")
    keys = uow.connection.scalars(select(ApiKey.id).where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))).all()
    for key_id in keys:
        revoke_api_key(uow, key_id)
    put_link(uow, user_id, token_hash)
    uow.loose_fact("account_leaked", organisation_id=organisation_id, user=user_id, sessions=sessions, keys=len(keys))
