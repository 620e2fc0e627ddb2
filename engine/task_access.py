"""Reaching an open task for a command: find it if visible, lock its case, read it again, and who may work on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from engine.authorization import ENGINE
from engine.errors import Forbidden, NotFound, TaskNotOpen, TaskTaken
from engine.models import ProcessInstance, TaskCandidate, User, UserTask
from engine.unit_of_work import UnitOfWork
from engine.visibility import visible


def lock_open_task(uow: UnitOfWork, task_id: str) -> Mapping[str, Any]:
    """The task's row as it is under the lock of its case. Raises NotFound (also for a foreign task) and TaskNotOpen."""
    task, root = UserTask.__table__, ProcessInstance.__table__
    found = (
        select(task.c.root_id)
        .join(root, root.c.id == task.c.root_id)
        .where(task.c.id == task_id, visible(root, uow.actor))
    )
    root_id = uow.connection.scalar(found)
    if root_id is None:
        raise NotFound(what="任务")
    uow.lock(root_id)
    row = uow.connection.execute(select(task).where(task.c.id == task_id)).mappings().one()
    if row["state"] != "open":
        raise TaskNotOpen
    return row


def require_worker(uow: UnitOfWork, task: Mapping[str, Any]) -> None:
    """The actor must be the assignee, or a candidate of a task nobody has claimed. Raises TaskTaken or Forbidden."""
    if uow.actor is ENGINE or task["assignee_id"] == uow.actor.id:
        return
    if task["assignee_id"] is not None:
        name = uow.connection.scalar(select(User.display_name).where(User.id == task["assignee_id"]))
        raise TaskTaken(assignee=name)
    require_candidate(uow, task)


def require_candidate(uow: UnitOfWork, task: Mapping[str, Any]) -> None:
    """The actor must be named by the task, by user or by group. Raises Forbidden."""
    candidate = TaskCandidate.__table__
    named = or_(candidate.c.user_id == uow.actor.id, candidate.c.group_key.in_(uow.actor.groups))
    if uow.connection.scalar(select(candidate.c.id).where(candidate.c.task_id == task["id"], named).limit(1)) is None:
        raise Forbidden(reason="您不在该任务的候选人之列")
