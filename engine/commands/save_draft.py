"""Keep what a person has typed so far into a task's form; it is judged only when submitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import update

from engine.errors import EngineError
from engine.models import UserTask
from engine.spiff.data import plain
from engine.spiff.errors import NotPlainData
from engine.task_access import lock_open_task, require_worker
from engine.unit_of_work import UnitOfWork

MAX_BYTES = 64 * 1024


class DraftTooLarge(EngineError):
    """The draft is larger than {limit} KB. The last saved draft is kept."""

    code, status = "draft_too_large", 422
    zh = "草稿超过 {limit} KB，未保存；上次保存的草稿仍在。"


def save_draft(uow: UnitOfWork, task_id: str, data: Mapping[str, Any]) -> None:
    """Raises NotFound, TaskNotOpen, TaskTaken, Forbidden, DraftTooLarge, NotPlainData. No history."""
    text = _json(data)
    if len(text) > MAX_BYTES:
        raise DraftTooLarge(limit=MAX_BYTES // 1024)
    task = lock_open_task(uow, task_id)
    require_worker(uow, task)
    uow.connection.execute(
        update(UserTask)
        .where(UserTask.id == task_id)
        .values(draft=text.decode(), draft_at=uow.now, draft_by=uow.actor.id)
    )


def _json(data: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(plain(data))
    except (TypeError, RecursionError) as error:
        raise NotPlainData(name="draft") from error
