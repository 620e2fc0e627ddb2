"""留言: say something about a case; the words stand in its history."""

from __future__ import annotations

from sqlalchemy import select

from engine.errors import Invalid, NotFound
from engine.models import ProcessInstance
from engine.unit_of_work import UnitOfWork
from engine.visibility import visible

MAX_LENGTH = 2_000


def add_comment(uow: UnitOfWork, instance_id: int, text: str, task_id: str | None = None) -> None:
    """`task_id`: the step the words are about, if any. Raises NotFound, and Invalid for no or too many words."""
    words = text.strip()
    if not 0 < len(words) <= MAX_LENGTH:
        raise Invalid(
            {
                "text": [
                    {
                        "code": "length",
                        "zh": f"请填写 1 至 {MAX_LENGTH} 字。",
                        "en": f"Write 1 to {MAX_LENGTH} letters.",
                    }
                ]
            }
        )
    root = ProcessInstance.__table__
    root_id = uow.connection.scalar(select(root.c.root_id).where(root.c.id == instance_id, visible(root, uow.actor)))
    if root_id is None:
        raise NotFound(what="工单")
    uow.lock(root_id)
    uow.fact(root_id, "commented", text=words, **({"task": task_id} if task_id else {}))
