"""留言: say something about a case; the words stand in its history."""

from __future__ import annotations

from sqlalchemy import select

from engine import nouns
from engine.errors import NotFound
from engine.models import ProcessInstance, UserTask
from engine.unit_of_work import UnitOfWork
from engine.words import required_words

MAX_LENGTH = 2_000


def add_comment(uow: UnitOfWork, instance_id: int, text: str, task_id: str | None = None) -> None:
    """`task_id`: the step the words are about, if any. Raises NotFound, and Invalid for no or too many words."""
    words = required_words("text", text, MAX_LENGTH)
    root = ProcessInstance.__table__.alias()
    root_id = uow.reach(nouns.CASE, select(root.c.root_id).where(root.c.id == instance_id).scalar_subquery())
    if task_id is not None:
        task = select(UserTask.id).where(UserTask.id == task_id, UserTask.root_id == root_id)
        if uow.connection.scalar(task) is None:
            raise NotFound(what=nouns.TASK)
    uow.fact(root_id, "commented", text=words, **({"task": task_id} if task_id else {}))
