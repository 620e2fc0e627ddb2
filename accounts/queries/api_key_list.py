"""API keys: one's own, and for administrators those of the organisation. Never the key itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from accounts.models import ApiKey
from engine.authorization import Actor
from engine.models import User
from engine.queries.paging import Page, read_newest


@dataclass(frozen=True)
class ListedKey:
    """Instants are UTC."""

    id: int
    username: str
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None  # within an hour


def api_key_list(connection: Connection, actor: Actor, *, after: str | None = None, limit: int = 20) -> Page[ListedKey]:
    """Newest first."""
    query = select(
        *(ApiKey.id, User.username, ApiKey.name, ApiKey.prefix, ApiKey.scopes),
        *(ApiKey.created_at, ApiKey.expires_at, ApiKey.revoked_at, ApiKey.last_used_at),
    ).join(User, User.id == ApiKey.user_id)
    mine = ApiKey.user_id == actor.id
    administers = actor.may("user.admin")
    query = query.where(or_(mine, User.organisation_id == actor.organisation_id) if administers else mine)
    return read_newest(connection, query, ApiKey.id, after, limit, ListedKey)
