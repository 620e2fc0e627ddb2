"""设计稿: what owners of one organisation work on, and what they worked on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.orm import aliased

from engine.authorization import Actor
from engine.design_rows import own
from engine.models import Design, User
from engine.queries.paging import Page, encode, page_of, page_size, start_after

_table = Design.__table__


@dataclass(frozen=True)
class DesignItem:
    """One design. People are display names, None: the engine itself. Instants are UTC."""

    id: int
    kind: str
    key: str
    name: str
    revision: int
    base_id: int | None  # the published version it goes on from
    split_from: int | None  # kept beside this design, when two saved
    release_id: int | None  # the open release that it is in
    created_at: datetime
    created_by: str | None
    updated_at: datetime
    updated_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    ended_how: str | None
    editors: tuple[str, ...] = ()  # who has changed its content


def design_list(
    connection: Connection,
    actor: Actor,
    *,
    kind: str | None = None,
    key: str | None = None,
    ended: bool = False,
    after: str | None = None,
    limit: int = 20,
) -> Page[DesignItem]:
    """Open ones, or those that have ended; newest first."""
    query = designs(actor).where(_table.c.ended_at.is_not(None) if ended else _table.c.ended_at.is_(None))
    if kind:
        query = query.where(_table.c.kind == kind)
    if key:
        query = query.where(_table.c.key == key)
    query = start_after(query, _table.c.id, after)
    size = page_size(limit)
    rows = connection.execute(query.order_by(_table.c.id.desc()).limit(size + 1)).all()
    names = editor_names(connection, rows)
    return page_of(rows, size, lambda row: item(row, names), lambda row: encode(row.id))


def designs(actor: Actor) -> Select[Any]:
    """The columns of DesignItem, of those that are there for the actor; the editors as ids."""
    creator, updater, ender = aliased(User), aliased(User), aliased(User)
    return (
        select(
            *(_table.c[name] for name in ("id", "kind", "key", "name", "revision", "base_id", "split_from")),
            *(_table.c.release_id, _table.c.created_at, creator.display_name.label("created_by")),
            *(_table.c.updated_at, updater.display_name.label("updated_by")),
            *(_table.c.ended_at, ender.display_name.label("ended_by"), _table.c.ended_how, _table.c.editors),
        )
        .outerjoin(creator, creator.id == _table.c.created_by)
        .outerjoin(updater, updater.id == _table.c.updated_by)
        .outerjoin(ender, ender.id == _table.c.ended_by)
        .where(own(_table, actor))
    )


def editor_names(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, str]:
    """Id -> display name of everybody in the column `editors` of some rows."""
    ids = {id for row in rows for id in row.editors}
    found = connection.execute(select(User.id, User.display_name).where(User.id.in_(ids)))
    return {id: name for id, name in found}


def item(row: Row[Any], names: dict[int, str]) -> DesignItem:
    return DesignItem(**{**row._mapping, "editors": tuple(names[id] for id in row.editors)})
