"""Attachments of cases: which of them a form may name, and how they come to belong to a case."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from engine.authorization import Actor
from engine.errors import EngineError
from engine.extensions import Context
from engine.models import Attachment
from engine.work import RunAgain

MAX_PER_CASE = 500
_ID = re.compile(r"[0-9a-f]{32}")


class TooManyAttachments(EngineError):
    """A case keeps at most {limit} attachments."""

    code, status = "too_many_attachments", 409
    zh = "一个工单最多保存 {limit} 个附件。"


@dataclass(frozen=True)
class Stored:
    """An attachment whose bytes are kept. Instants are UTC, places WGS 84 degrees."""

    id: str  # 32 hex digits, random
    kind: str  # "photo" | "file" | "signature"
    name: str  # as the person called it, cleaned
    media_type: str  # as decoded, never as claimed
    size: int  # of the stored bytes
    sha256: str
    width: int | None  # pixels, photos only
    height: int | None
    taken_at: datetime | None  # capture time: from EXIF, or as the device says
    latitude: float | None
    longitude: float | None
    uploaded_at: datetime
    uploaded_by: int | None
    root_id: int | None  # the case it belongs to; None until a form that names it is submitted


_table = Attachment.__table__
STORED = tuple(_table.c[one.name] for one in fields(Stored))
"""The columns of a Stored, in its order."""


def usable(connection: Connection, actor: Actor, root_id: int | None, ids: Collection[str]) -> dict[str, Stored]:
    """Those of the ids that the actor may put into a form of this case, by id.

    They are of this case, or of no case yet and uploaded by the actor. `root_id`: None before the case exists.
    """
    own = and_(_table.c.root_id.is_(None), _table.c.uploaded_by == actor.id)
    here = own if root_id is None else or_(own, _table.c.root_id == root_id)
    rows = connection.execute(select(*STORED).where(_table.c.id.in_(_known(ids)), here))
    return {row.id: Stored(*row) for row in rows}


def bind(context: Context, ids: Collection[str]) -> None:
    """They belong to the case from now on; each new one is a fact "attached". The root of the case is locked.

    The ids have passed `usable` in this command: one that no longer does makes the command run again.
    Raises TooManyAttachments.
    """
    wanted = _known(ids)
    found = usable(context.connection, context.actor, context.root_id, wanted)
    new = [one for one in found.values() if one.root_id is None]
    if new:
        require_room(context.connection, context.root_id, len(new))
        taken = (
            update(Attachment)
            .where(_table.c.id.in_([one.id for one in new]), _table.c.root_id.is_(None))
            .values(root_id=context.root_id, organisation_id=context.organisation_id)
        )
        if context.connection.execute(taken).rowcount != len(new):
            raise RunAgain  # another case was quicker
    if len(found) != len(wanted):
        raise RunAgain
    for one in sorted(new, key=lambda one: wanted.index(one.id)):
        context.fact("attached", **as_fact(one))


def require_room(connection: Connection, root_id: int, more: int) -> None:
    """Raise TooManyAttachments when the case, whose root is locked, cannot keep so many more."""
    kept = connection.scalar(select(func.count()).select_from(_table).where(_table.c.root_id == root_id)) or 0
    if kept + more > MAX_PER_CASE:
        raise TooManyAttachments(limit=MAX_PER_CASE)


def as_fact(one: Stored) -> Mapping[str, Any]:
    """What history keeps of an attachment: with its hash, no other bytes can be passed off as these."""
    return {"attachment": one.id, "file": one.name, "kind": one.kind, "sha256": one.sha256, "size": one.size}


def _known(ids: Collection[str]) -> list[str]:
    """Each once, in the given order; what is no id at all is known to nobody."""
    return [id for id in dict.fromkeys(ids) if _ID.fullmatch(id)]
