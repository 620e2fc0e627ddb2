"""上传附件: keep a received upload, for a form still to be submitted or for a case at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from engine import nouns
from engine.attachments import Stored, as_fact, require_room
from engine.authorization import require
from engine.errors import EngineError, Invalid
from engine.models import Attachment, ProcessInstance
from engine.task_access import lock_open_task, require_worker
from engine.unit_of_work import UnitOfWork
from engine.uploads import Upload

MAX_UNBOUND = 100
"""Uploads of one person that no submitted form names yet; two at the same moment may both be the hundredth."""
AHEAD = timedelta(minutes=10)
"""How far a device's clock may run before ours."""
_EARLIEST = 2000


class TooManyUploads(EngineError):
    """You have {limit} uploads that belong to no case yet. Submit or discard some first."""

    code, status = "too_many_uploads", 409
    zh = "您有 {limit} 个尚未提交到工单的附件，请先提交或删除一部分。"


@dataclass(frozen=True)
class Added:
    """The kept attachment's id; the other facts are to be read."""

    id: str


def add_attachment(
    uow: UnitOfWork, upload: Upload, task_id: str | None = None, instance_id: int | None = None
) -> Added:
    """With `instance_id` it belongs to that case at once, and history says so. Else it is the actor's own until a form
    that names it is submitted; `task_id` only asks early whether the actor may work on the task of that form.

    Two uploads of the same bytes are two attachments of one content: each belongs to a case of its own.
    Raises NotFound, Forbidden, TaskNotOpen, TaskTaken, TooManyUploads, TooManyAttachments, and Invalid for a capture
    time that cannot be.
    """
    require(uow.actor, "attachment.add")
    if instance_id is not None and task_id is not None:
        raise _invalid("task_id", "not_both", "任务和工单只能填一个。", "Name a task or a case, not both.")
    if task_id is not None:
        require_worker(uow, lock_open_task(uow, task_id))
    root_id = _case(uow, instance_id) if instance_id is not None else None
    row = _row(uow, upload, root_id)
    if root_id is None:
        _require_few(uow)
    else:
        require_room(uow.connection, root_id, 1)
    uow.connection.execute(insert(Attachment), row)
    if root_id is not None:
        stored = Stored(**{name: row[name] for name in Stored.__dataclass_fields__})
        uow.fact(root_id, "attached", **as_fact(stored))
    return Added(row["id"])


def _case(uow: UnitOfWork, instance_id: int) -> int:
    root = ProcessInstance.__table__.alias()
    return uow.reach(nouns.CASE, select(root.c.root_id).where(root.c.id == instance_id).scalar_subquery())


def _require_few(uow: UnitOfWork) -> None:
    own = select(func.count()).where(Attachment.uploaded_by == uow.actor.id, Attachment.root_id.is_(None))
    if (uow.connection.scalar(own) or 0) >= MAX_UNBOUND:
        raise TooManyUploads(limit=MAX_UNBOUND)


def _row(uow: UnitOfWork, upload: Upload, root_id: int | None) -> Mapping[str, Any]:
    return {
        "id": secrets.token_hex(16),
        "organisation_id": uow.heads[root_id].organisation_id if root_id is not None else None,
        "root_id": root_id,
        "kind": upload.kind,
        "name": upload.name,
        "media_type": upload.media_type,
        "size": upload.size,
        "sha256": upload.sha256,
        "thumbnail_sha256": upload.thumbnail_sha256,
        "width": upload.width,
        "height": upload.height,
        "taken_at": _taken_at(upload, uow.now),
        "latitude": upload.latitude,
        "longitude": upload.longitude,
        "uploaded_at": uow.now,
        "uploaded_by": uow.actor.id,
    }


def _taken_at(upload: Upload, now: datetime) -> datetime | None:
    """As the camera wrote it, unless that is still to come; else as the device says, which must be possible."""
    if upload.seen_at is not None and upload.seen_at <= now + AHEAD:
        return upload.seen_at
    said = upload.said_at
    if said is not None and not (said.year >= _EARLIEST and said <= now + AHEAD):
        zh, en = "拍摄时间不可能，请校准设备时钟。", "This cannot be when it was taken; set the device's clock right."
        raise _invalid("taken_at", "time_impossible", zh, en)
    return said


def _invalid(field: str, code: str, zh: str, en: str) -> Invalid:
    return Invalid({field: [{"code": code, "zh": zh, "en": en}]})
