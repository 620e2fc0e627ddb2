"""提交发布申请: freeze the bytes of designs, so that a second person publishes just what was handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, update

from engine.authorization import require
from engine.design_kind import Stored
from engine.design_rows import DesignSubmitted, open_design
from engine.errors import EngineError, Invalid
from engine.models import Design, Release, ReleaseItem
from engine.release_rows import rehearse, require_current
from engine.unit_of_work import RunAgain, UnitOfWork
from engine.words import required_words

MAX_NOTE = 1_000  # characters
MAX_DESIGNS = 20


class DesignMovedOn(EngineError):
    """“{name}” has been saved as revision {revision} meanwhile: look at it, and submit that."""

    code, status = "design_moved_on", 409
    zh = "“{name}”已被保存为修订 {revision}，请查看后再提交。"


class DesignTwice(EngineError):
    """Two designs of the release are both “{key}”: submit one of them."""

    code, status = "design_twice", 409
    zh = "发布申请中有两份设计稿同为“{key}”，请只提交其中一份。"


def submit_release(uow: UnitOfWork, designs: Sequence[tuple[int, int]], note: str) -> int:
    """Id of the release. `designs`: id and the revision that was looked at. `note`: what changes and why; may be "".

    Raises Forbidden, Invalid, NotFound, DesignEnded, DesignMovedOn, DesignSubmitted, DesignTwice, DesignOutdated, and
    ReleaseRefused with the findings of the first design that could not be published now.
    """
    require(uow.actor, "definition.edit")
    words = required_words("note", note, MAX_NOTE) if note.strip() else ""
    rows = _designs(uow, designs)
    organisation_id: int = next(iter(rows.values())).organisation_id
    require_current(uow, organisation_id, list(rows.values()))
    rehearsed = rehearse(uow, organisation_id, rows)
    values = {"organisation_id": organisation_id, "note": words, "state": "open"}
    submitted = {"submitted_at": uow.now, "submitted_by": uow.actor.id}
    stored = insert(Release).values(**values, **submitted).returning(Release.id)
    release_id: int = uow.connection.execute(stored).scalar_one()
    _freeze(uow, release_id, rows, rehearsed)
    told = [{"design": row.id, "kind": row.kind, "key": row.key, "revision": row.revision} for row in rows.values()]
    uow.loose_fact("release_submitted", organisation_id=organisation_id, release=release_id, designs=told, note=words)
    return release_id


def _designs(uow: UnitOfWork, designs: Sequence[tuple[int, int]]) -> dict[int, Row[Any]]:
    if not 0 < len(designs) <= MAX_DESIGNS:
        words = {"zh": f"须选择 1 至 {MAX_DESIGNS} 份设计稿。", "en": f"Choose 1 to {MAX_DESIGNS} designs."}
        raise Invalid({"designs": [{"code": "not_a_list", **words}]})
    rows: dict[int, Row[Any]] = {}
    seen: set[tuple[Any, ...]] = set()
    for design_id, revision in designs:
        row = open_design(uow, design_id)
        if row.release_id is not None:
            raise DesignSubmitted(release=row.release_id)
        if row.revision != revision:
            raise DesignMovedOn(name=row.name, revision=row.revision)
        if (row.organisation_id, row.kind, row.key) in seen:
            raise DesignTwice(key=row.key)
        seen.add((row.organisation_id, row.kind, row.key))
        rows[row.id] = row
    return rows


def _freeze(uow: UnitOfWork, release_id: int, rows: dict[int, Row[Any]], rehearsed: dict[int, Stored]) -> None:
    """Copy the designs, and mark each as submitted; one that somebody saves or submits at this moment: run again."""
    same = ("kind", "key", "name", "content", "revision", "base_id", "editors")
    items = [
        {
            "release_id": release_id,
            "design_id": row.id,
            "position": position,
            "findings": [finding.as_dict() for finding in rehearsed[row.id].findings],
            **{name: getattr(row, name) for name in same},
        }
        for position, row in enumerate(rows.values(), 1)
    ]
    uow.connection.execute(insert(ReleaseItem), items)
    for row in sorted(rows.values(), key=lambda row: int(row.id)):
        as_read = (Design.id == row.id, Design.revision == row.revision)
        free = (Design.ended_at.is_(None), Design.release_id.is_(None))
        marked = update(Design).where(*as_read, *free).values(release_id=release_id)
        if not uow.connection.execute(marked).rowcount:
            raise RunAgain
