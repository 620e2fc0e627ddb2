"""Change one's password; every browser session of the account ends."""

from __future__ import annotations

from sqlalchemy import update

from accounts.attempts import take_back_try
from accounts.errors import BadCredentials
from accounts.former_passwords import retire_password
from accounts.live_sessions import end_all
from accounts.reset_links import close
from engine.models import User
from engine.unit_of_work import UnitOfWork


def change_password(uow: UnitOfWork, subjects: tuple[str, str], old_hash: str, new_hash: str) -> None:
    """`subjects`: name and address of the try; `old_hash`: what was verified.

    Raises BadCredentials when the password was changed by somebody else since it was verified.
    """
    user_id = uow.actor.id or 0
    changed = uow.connection.execute(
        update(User)
        .where(User.id == user_id, User.password == old_hash, User.active)
        .values(password=new_hash, password_changed_at=uow.now)
    )
    if not changed.rowcount:
        raise BadCredentials
    take_back_try(uow, *subjects)
    retire_password(uow, user_id, old_hash)
    close(uow, user_id, "changed")
    end_all(uow, user_id, "revoked")
    uow.loose_fact("password_changed", organisation_id=uow.actor.organisation_id)
