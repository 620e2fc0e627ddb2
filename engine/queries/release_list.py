"""发布申请: what waits for a second person, and what became of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import aliased

from engine.authorization import Actor
from engine.design_rows import own
from engine.models import Release, ReleaseItem, User
from engine.queries.paging import Page, encode, page_of, page_size, start_after

_release: Any = Release.__table__
_item: Any = ReleaseItem.__table__


@dataclass(frozen=True)
class FrozenName:
    """A design of a release as it was submitted."""

    design_id: int
    kind: str
    key: str
    name: str
    revision: int
    version: int | None  # that it has become


@dataclass(frozen=True)
class ReleaseRow:
    """One release. People are display names, None: the engine itself. Instants are UTC."""

    id: int
    state: str  # open, published, returned, withdrawn
    note: str
    submitted_at: datetime
    submitted_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    reason: str | None  # why it was returned
    designs: tuple[FrozenName, ...] = ()


def release_list(
    connection: Connection, actor: Actor, *, state: str | None = None, after: str | None = None, limit: int = 20
) -> Page[ReleaseRow]:
    """Of the actor's organisation, newest first."""
    query = start_after(releases(actor), _release.c.id, after)
    if state:
        query = query.where(_release.c.state == state)
    size = page_size(limit)
    rows = connection.execute(query.order_by(_release.c.id.desc()).limit(size + 1)).all()
    frozen = _frozen(connection, [row.id for row in rows])
    return page_of(
        rows, size, lambda row: ReleaseRow(**row._mapping, designs=frozen.get(row.id, ())), lambda row: encode(row.id)
    )


def open_releases(connection: Connection, actor: Actor) -> int:
    """How many of the actor's organisation wait to be published."""
    waiting = (_release.c.state == "open", own(_release, actor))
    return connection.scalar(select(func.count()).select_from(_release).where(*waiting)) or 0


def releases(actor: Actor) -> Select[Any]:
    """The columns of ReleaseRow but the designs, of those that are there for the actor."""
    submitter, ender = aliased(User), aliased(User)
    return (
        select(
            *(_release.c.id, _release.c.state, _release.c.note, _release.c.submitted_at),
            submitter.display_name.label("submitted_by"),
            *(_release.c.ended_at, ender.display_name.label("ended_by"), _release.c.reason),
        )
        .outerjoin(submitter, submitter.id == _release.c.submitted_by)
        .outerjoin(ender, ender.id == _release.c.ended_by)
        .where(own(_release, actor))
    )


def _frozen(connection: Connection, ids: list[int]) -> Mapping[int, tuple[FrozenName, ...]]:
    columns = (_item.c.release_id, _item.c.design_id, _item.c.kind, _item.c.key, _item.c.name, _item.c.revision)
    query = select(*columns, _item.c.version).where(_item.c.release_id.in_(ids))
    found: dict[int, tuple[FrozenName, ...]] = {}
    for release_id, *name in connection.execute(query.order_by(_item.c.release_id, _item.c.position)):
        found[release_id] = (*found.get(release_id, ()), FrozenName(*name))
    return found
