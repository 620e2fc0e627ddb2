"""保存设计稿: never refused for what stands in it; what somebody else has changed meanwhile is not written over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from engine.authorization import require
from engine.design_rows import Kept, check_size, find_design, named, store_design, with_editor
from engine.models import Design, User
from engine.unit_of_work import RunAgain, UnitOfWork

_table: Any = Design.__table__


@dataclass(frozen=True)
class Beside:
    """Why the bytes were kept in a design of their own: how the one they were meant for stands."""

    revision: int
    how: str  # saved, published, discarded
    changed_by: str | None  # display name; None: the engine itself
    changed_at: str  # ISO 8601, UTC


@dataclass(frozen=True)
class Saved:
    """Where the bytes are now."""

    id: int
    revision: int
    beside: Beside | None = None


def save_design(uow: UnitOfWork, design_id: int, revision: int, content: bytes) -> Saved:
    """Save over `revision`. If that is no longer the newest one, or the design has ended, keep the bytes beside it.

    Raises Forbidden, NotFound, DesignTooLarge. Of one person's saves only the first is told in history.
    """
    require(uow.actor, "definition.edit")
    check_size(content)
    row = find_design(uow.connection, uow.actor, design_id)
    if row.ended_at is None and row.content == content:
        return Saved(row.id, row.revision)  # sent again, or two wrote the same
    if row.ended_at is not None or row.revision != revision:
        return _keep_beside(uow, row, content)
    kind = uow.resources.design_kinds[row.kind]
    changed = {
        "content": content,
        "revision": revision + 1,
        "editors": with_editor(row.editors, uow.actor),
        "updated_at": uow.now,
        "updated_by": uow.actor.id,
        **named(kind, content, row.key, row.name),
    }
    unchanged = (_table.c.id == row.id, _table.c.revision == revision, _table.c.ended_at.is_(None))
    if not uow.connection.execute(update(_table).where(*unchanged).values(changed)).rowcount:
        raise RunAgain
    if changed["editors"] != row.editors:
        told = {"design": row.id, "kind": row.kind, "key": changed["key"], "revision": revision + 1}
        uow.loose_fact("design_edited", organisation_id=row.organisation_id, **told)
    return Saved(row.id, revision + 1)


def _keep_beside(uow: UnitOfWork, row: Row[Any], content: bytes) -> Saved:
    """The same bytes of the same person are kept once, however often they are sent."""
    mine = (_table.c.split_from == row.id, _table.c.created_by == uow.actor.id, _table.c.ended_at.is_(None))
    same = select(_table.c.id, _table.c.revision).where(*mine, _table.c.content == content).order_by(_table.c.id)
    found = uow.connection.execute(same.limit(1)).one_or_none()
    known = Kept(*found) if found is not None else None
    if known is None:
        names = {"key": row.key, "name": row.name, "base_id": row.base_id, "split_from": row.id}
        kind, editors = uow.resources.design_kinds[row.kind], with_editor(row.editors, uow.actor)
        known = store_design(uow, kind, row.organisation_id, content, **names, editors=editors)
        told = {"design": known.id, "kind": row.kind, "beside": row.id, "revision": row.revision}
        uow.loose_fact("design_kept", organisation_id=row.organisation_id, **told)
    return Saved(known.id, known.revision, _standing(uow, row))


def _standing(uow: UnitOfWork, row: Row[Any]) -> Beside:
    if row.ended_at is None:
        how, by, at = "saved", row.updated_by, row.updated_at
    else:
        how, by, at = row.ended_how, row.ended_by, row.ended_at
    name = uow.connection.scalar(select(User.display_name).where(User.id == by))
    return Beside(row.revision, how, name, at.isoformat().replace("+00:00", "Z"))
