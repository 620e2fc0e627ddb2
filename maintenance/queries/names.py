"""How people, organisations and points are called: history holds keys, readers want names."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, select

from engine.models import Organisation, ProcessInstance, User
from engine.queries.search import contains
from maintenance.models import Point, WorkOrder


def people_names(connection: Connection, usernames: Collection[str]) -> dict[str, str]:
    """Sign-in name -> display name; who is unknown is left out."""
    rows = connection.execute(select(User.username, User.display_name).where(User.username.in_(usernames)))
    return {username: name for username, name in rows}


def user_names(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """Id of a person -> display name."""
    rows = connection.execute(select(User.id, User.display_name).where(User.id.in_(ids)))
    return {id_: name for id_, name in rows}


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


def at_point(words: str) -> ColumnElement[bool]:
    """Whether the case whose row a query calls `process_instance` is about a point with these words in code or name."""
    order, point = WorkOrder.__table__, Point.__table__
    found = select(order.c.instance_id).join(point, point.c.id == order.c.point_id)
    return ProcessInstance.__table__.c.id.in_(found.where(*contains(words, point.c.code, point.c.name)))
