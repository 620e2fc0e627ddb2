"""Everybody with an account, for administrators and the command line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, select

from engine.authorization import ENGINE, Actor, require
from engine.models import Membership, Organisation, Role, User
from engine.queries.paging import Page, decode, encode, read_page
from engine.queries.search import contains


@dataclass(frozen=True)
class ListedUser:
    id: int
    username: str
    display_name: str
    organisation: str  # its key
    active: bool
    roles: tuple[str, ...] = ()


def user_page(
    connection: Connection, actor: Actor, *, search: str = "", after: str | None = None, limit: int = 20
) -> Page[ListedUser]:
    """As `user_list`, a page at a time. `search`: in user name and display name. Raises Forbidden."""
    query = _users(actor).where(*contains(search, User.username, User.display_name))
    if after:
        (last,) = decode(after, str)
        query = query.where(User.username > last)
    page = read_page(connection, query, limit, lambda row: ListedUser(*row), lambda row: encode(row.username))
    return Page(_with_roles(connection, page.items), page.next)


def user_list(connection: Connection, actor: Actor) -> list[ListedUser]:
    """By user name; an administrator sees the own organisation. Raises Forbidden."""
    return _with_roles(connection, [ListedUser(*row) for row in connection.execute(_users(actor))])


def user_called(connection: Connection, actor: Actor, username: str) -> int:
    """The id; 0, which nobody has, for a name that nobody of one's organisation has. Raises Forbidden."""
    found = connection.execute(_users(actor).where(User.username == username)).one_or_none()
    return 0 if found is None else int(found[0])


def _users(actor: Actor) -> Select[*tuple[Any, ...]]:
    require(actor, "user.admin")
    query = (
        select(User.id, User.username, User.display_name, Organisation.key, User.active)
        .join(Organisation, Organisation.id == User.organisation_id)
        .order_by(User.username)
    )
    return query if actor is ENGINE else query.where(User.organisation_id == actor.organisation_id)


def _with_roles(connection: Connection, users: list[ListedUser]) -> list[ListedUser]:
    held = select(Membership.user_id, Role.name).join(Role, Role.id == Membership.role_id).order_by(Role.name)
    roles: dict[int, list[str]] = {}
    for user_id, name in connection.execute(held.where(Membership.user_id.in_([user.id for user in users]))):
        roles.setdefault(user_id, []).append(name)
    return [replace(user, roles=tuple(roles.get(user.id, ()))) for user in users]
