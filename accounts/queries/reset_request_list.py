"""Who has forgotten the password: the open requests of one's organisation, for its administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from accounts.models import ResetRequest
from engine.authorization import ENGINE, Actor, require
from engine.models import User
from engine.queries.paging import Page, read_newest


@dataclass(frozen=True)
class OpenRequest:
    """Instants are UTC."""

    id: int
    user_id: int
    username: str
    display_name: str
    asked_at: datetime
    ip: str


def reset_request_list(
    connection: Connection, actor: Actor, *, after: str | None = None, limit: int = 20
) -> Page[OpenRequest]:
    """Newest first. Raises Forbidden."""
    require(actor, "user.admin")
    query = (
        select(ResetRequest.id, User.id.label("user_id"), User.username, User.display_name)
        .add_columns(ResetRequest.asked_at, ResetRequest.ip)
        .join(User, User.id == ResetRequest.user_id)
        .where(ResetRequest.closed_at.is_(None))
    )
    if actor is not ENGINE:
        query = query.where(User.organisation_id == actor.organisation_id)
    return read_newest(connection, query, ResetRequest.id, after, limit, OpenRequest)
