"""取消签收: the assignee gives a task back to its candidates."""

from __future__ import annotations

from sqlalchemy import select, update

from engine import nouns
from engine.errors import Forbidden
from engine.models import TaskCandidate, UserTask
from engine.task_access import lock_open_task
from engine.unit_of_work import UnitOfWork


def unclaim_task(uow: UnitOfWork, task_id: str) -> None:
    """The draft stays, seen by who typed it.

    Raises NotFound, TaskNotOpen, and Forbidden for a task not one's own or without candidates to go back to.
    """
    task = lock_open_task(uow, task_id)
    if task["assignee_id"] != uow.actor.id:
        raise Forbidden(reason=nouns.NOT_YOURS)
    if uow.connection.scalar(select(TaskCandidate.id).where(TaskCandidate.task_id == task_id).limit(1)) is None:
        raise Forbidden(reason=nouns.NO_CANDIDATES)
    nobodys = {"assignee_id": None, "claimed_at": None}
    uow.connection.execute(update(UserTask).where(UserTask.id == task_id).values(nobodys))
    uow.fact(task["root_id"], "task_unclaimed", element=task["element_id"], name=task["name"], task=task_id)
