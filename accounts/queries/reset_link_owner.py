"""Whose password a one-time link may set."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from accounts.errors import ResetLinkInvalid
from accounts.models import ResetLink
from engine.authorization import Actor
from engine.models import User


def reset_link_owner(connection: Connection, token_hash: str, now: datetime) -> Actor:
    """The person, without roles. Raises ResetLinkInvalid."""
    good = (ResetLink.token_hash == token_hash, ResetLink.ended_at.is_(None), ResetLink.expires_at > now, User.active)
    columns = (User.id, User.username, User.organisation_id, User.display_name)
    query = select(*columns).join(ResetLink, ResetLink.user_id == User.id).where(*good)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise ResetLinkInvalid
    return Actor(*row)
