"""Revoke an API key: its next request is refused."""

from __future__ import annotations

from sqlalchemy import select, update

from accounts.models import ApiKey
from engine import nouns
from engine.authorization import ENGINE
from engine.errors import NotFound
from engine.models import User
from engine.unit_of_work import UnitOfWork


def revoke_api_key(uow: UnitOfWork, key_id: int) -> None:
    """For oneself, or with "user.admin" for a person of the own organisation. Does nothing when revoked already.

    Raises NotFound for a key the actor may not see.
    """
    row = uow.connection.execute(
        select(ApiKey.user_id, User.organisation_id).join(User, User.id == ApiKey.user_id).where(ApiKey.id == key_id)
    ).one_or_none()
    actor = uow.actor
    if row is None or not (
        actor is ENGINE
        or actor.id == row.user_id
        or (actor.may("user.admin") and actor.organisation_id == row.organisation_id)
    ):
        raise NotFound(what=nouns.KEY)
    revoked = uow.connection.execute(
        update(ApiKey).where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None)).values(revoked_at=uow.now)
    )
    if revoked.rowcount:
        uow.loose_fact("api_key_revoked", organisation_id=row.organisation_id, user=row.user_id, key=key_id)
