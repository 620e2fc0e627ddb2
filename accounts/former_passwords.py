"""The passwords of before: written down when one is replaced, compared with a new one."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from accounts.models import FormerPassword
from accounts.passwords import REMEMBERED
from engine.models import User
from engine.unit_of_work import UnitOfWork


def retire_password(uow: UnitOfWork, user_id: int, password_hash: str | None) -> None:
    """Remember a hash that is being replaced; those too old to matter are deleted."""
    if password_hash is None:
        return
    row = {"user_id": user_id, "password_hash": password_hash, "replaced_at": uow.now}
    uow.connection.execute(insert(FormerPassword).values(row))
    newest = select(FormerPassword.id).where(FormerPassword.user_id == user_id).order_by(FormerPassword.id.desc())
    old = uow.connection.scalars(newest.offset(REMEMBERED)).all()
    uow.connection.execute(delete(FormerPassword).where(FormerPassword.id.in_(old)))


def remembered_hashes(connection: Connection, user_id: int) -> list[str]:
    """The hashes that a new password is compared with, newest first: the present one, if any, and those before it."""
    present = connection.scalars(select(User.password).where(User.id == user_id, User.password.is_not(None)))
    former = select(FormerPassword.password_hash).where(FormerPassword.user_id == user_id)
    before = connection.scalars(former.order_by(FormerPassword.id.desc()))
    return [hash_ for hash_ in (*present, *before) if hash_ is not None][:REMEMBERED]
