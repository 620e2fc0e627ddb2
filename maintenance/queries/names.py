"""How people, organisations and points are called: history holds keys, readers want names."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from engine.models import Organisation, User
from maintenance.models import Point


def people_names(connection: Connection, usernames: Collection[str]) -> dict[str, str]:
    """Sign-in name -> display name; who is unknown is left out."""
    rows = connection.execute(select(User.username, User.display_name).where(User.username.in_(usernames)))
    return {username: name for username, name in rows}


def organisation_names(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """Id -> name."""
    rows = connection.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
    return {id_: name for id_, name in rows}


def point_names(connection: Connection, organisation_id: int, codes: Collection[str]) -> dict[str, str]:
    """Code -> name of the client's points."""
    rows = connection.execute(
        select(Point.code, Point.name).where(Point.organisation_id == organisation_id, Point.code.in_(codes))
    )
    return {code: name for code, name in rows}
