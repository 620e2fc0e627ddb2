"""附件: those of a case, one of them, its content, and whether the store still has them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select, true

from engine import nouns
from engine.attachments import STORED, Stored
from engine.authorization import ENGINE, Actor
from engine.errors import NotFound
from engine.models import Attachment, ProcessInstance, User
from engine.visibility import visible

_table = Attachment.__table__


@dataclass(frozen=True)
class AttachmentItem(Stored):
    """With the uploader's display name; None: the engine itself."""

    uploader: str | None
    has_thumbnail: bool


@dataclass(frozen=True)
class AttachmentContent:
    """What a reader is sent; the bytes are read from the file store by their hash."""

    sha256: str
    media_type: str
    name: str
    uploaded_at: datetime


def attachments(connection: Connection, actor: Actor, instance_id: int) -> list[AttachmentItem]:
    """Of the whole case, oldest first; a case keeps at most 500. Raises NotFound, also for a foreign case."""
    root = ProcessInstance.__table__
    root_id = connection.scalar(select(root.c.root_id).where(root.c.id == instance_id, visible(root, actor)))
    if root_id is None:
        raise NotFound(what=nouns.CASE)
    query = _items().where(_table.c.root_id == root_id).order_by(_table.c.uploaded_at, _table.c.id)
    return [_item(row) for row in connection.execute(query)]


def attachment_detail(connection: Connection, actor: Actor, attachment_id: str) -> AttachmentItem:
    """Raises NotFound: of no case yet, it is there for its uploader alone."""
    row = connection.execute(_items().where(_table.c.id == attachment_id, _readable(actor))).one_or_none()
    if row is None:
        raise NotFound(what=nouns.ATTACHMENT)
    return _item(row)


def attachment_content(
    connection: Connection, actor: Actor, attachment_id: str, *, thumbnail: bool = False
) -> AttachmentContent:
    """Which content to send: the thumbnail of what has one, else the original. Raises NotFound."""
    columns = (_table.c.sha256, _table.c.thumbnail_sha256, _table.c.media_type, _table.c.name, _table.c.uploaded_at)
    row = connection.execute(select(*columns).where(_table.c.id == attachment_id, _readable(actor))).one_or_none()
    if row is None:
        raise NotFound(what=nouns.ATTACHMENT)
    sha256 = row.thumbnail_sha256 if thumbnail and row.thumbnail_sha256 else row.sha256
    return AttachmentContent(sha256, row.media_type, row.name, row.uploaded_at)


def contents(connection: Connection) -> Iterator[tuple[str, str]]:
    """(attachment id, SHA-256) of every content that a row names, originals and thumbnails."""
    for column in (_table.c.sha256, _table.c.thumbnail_sha256):
        rows = connection.execute(select(_table.c.id, column).where(column.is_not(None)).order_by(column))
        yield from ((row[0], row[1]) for row in rows)


def _readable(actor: Actor) -> ColumnElement[bool]:
    if actor is ENGINE:
        return true()
    root = ProcessInstance.__table__
    own = and_(_table.c.root_id.is_(None), _table.c.uploaded_by == actor.id)
    return or_(own, exists(select(root.c.id).where(root.c.id == _table.c.root_id, visible(root, actor))))


def _items() -> Select[Any]:
    user = User.__table__
    return select(
        *STORED, user.c.display_name, _table.c.thumbnail_sha256.is_not(None).label("has_thumbnail")
    ).outerjoin(user, user.c.id == _table.c.uploaded_by)


def _item(row: Any) -> AttachmentItem:
    return AttachmentItem(*row)
