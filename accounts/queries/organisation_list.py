"""Organisations, for administrators: the own one, and the common ones that are no clients."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from engine.authorization import ENGINE, Actor, require
from engine.models import Organisation
from engine.queries.paging import Page, decode, encode, read_page


@dataclass(frozen=True)
class ListedOrganisation:
    id: int
    key: str
    name: str
    kind: str


def organisation_list(
    connection: Connection, actor: Actor, *, kind: str | None = None, after: str | None = None, limit: int = 20
) -> Page[ListedOrganisation]:
    """By key. Other clients stay unseen. Raises Forbidden."""
    require(actor, "user.admin")
    table = Organisation.__table__
    query = select(table.c.id, table.c.key, table.c.name, table.c.kind)
    if actor is not ENGINE:
        query = query.where(or_(table.c.id == actor.organisation_id, table.c.kind != "client"))
    if kind:
        query = query.where(table.c.kind == kind)
    if after:
        (last,) = decode(after, str)
        query = query.where(table.c.key > last)
    query = query.order_by(table.c.key)
    return read_page(connection, query, limit, lambda row: ListedOrganisation(*row), lambda row: encode(row.key))
