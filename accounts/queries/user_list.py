"""Everybody with an account, for administrators and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from engine.authorization import ENGINE, Actor, require
from engine.models import Membership, Organisation, Role, User
from engine.queries.paging import Page, decode, encode, page_size
from engine.queries.search import contains


@dataclass(frozen=True)
class ListedUser:
    id: int
    username: str
    display_name: str
    organisation: str  # its key
    active: bool
    roles: tuple[str, ...]


def user_page(
    connection: Connection, actor: Actor, *, search: str = "", after: str | None = None, limit: int = 20
) -> Page[ListedUser]:
    """As `user_list`, a page at a time. `search`: in user name and display name. Raises Forbidden."""
    conditions = contains(search, User.username, User.display_name)
    if after:
        (last,) = decode(after, str)
        conditions = [*conditions, User.username > last]
    size = page_size(limit)
    rows = _users(connection, actor, *conditions, limit=size + 1)
    return Page(rows[:size], encode(rows[size - 1].username) if len(rows) > size else None)


def user_list(connection: Connection, actor: Actor) -> list[ListedUser]:
    """By user name; an administrator sees the own organisation. Raises Forbidden."""
    return _users(connection, actor)


def _users(
    connection: Connection, actor: Actor, *conditions: ColumnElement[bool], limit: int | None = None
) -> list[ListedUser]:
    require(actor, "user.admin")
    query = (
        select(User.id, User.username, User.display_name, Organisation.key, User.active)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(*conditions)
        .order_by(User.username)
        .limit(limit)
    )
    if actor is not ENGINE:
        query = query.where(User.organisation_id == actor.organisation_id)
    roles: dict[int, list[str]] = {}
    rows = connection.execute(query).all()
    held = select(Membership.user_id, Role.name).join(Role, Role.id == Membership.role_id).order_by(Role.name)
    for user_id, name in connection.execute(held.where(Membership.user_id.in_([row.id for row in rows]))):
        roles.setdefault(user_id, []).append(name)
    return [ListedUser(*row, tuple(roles.get(row.id, ()))) for row in rows]
