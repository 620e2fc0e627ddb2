"""Everybody with an account, for administrators and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.authorization import ENGINE, Actor, require
from engine.models import Membership, Organisation, Role, User


@dataclass(frozen=True)
class ListedUser:
    id: int
    username: str
    display_name: str
    organisation: str  # its key
    active: bool
    roles: tuple[str, ...]


def user_list(connection: Connection, actor: Actor) -> list[ListedUser]:
    """By user name; an administrator sees the own organisation. Raises Forbidden."""
    require(actor, "user.admin")
    query = (
        select(User.id, User.username, User.display_name, Organisation.key, User.active)
        .join(Organisation, Organisation.id == User.organisation_id)
        .order_by(User.username)
    )
    if actor is not ENGINE:
        query = query.where(User.organisation_id == actor.organisation_id)
    roles: dict[int, list[str]] = {}
    held = select(Membership.user_id, Role.name).join(Role, Role.id == Membership.role_id).order_by(Role.name)
    for user_id, name in connection.execute(held):
        roles.setdefault(user_id, []).append(name)
    return [ListedUser(*row, tuple(roles.get(row.id, ()))) for row in connection.execute(query)]
