"""Reaching an open task for a command: find it if visible, lock its case, read it again, and who may work on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, or_, select

from engine import nouns
from engine.authorization import ENGINE
from engine.errors import Forbidden, TaskNotOpen, TaskTaken
from engine.models import ProcessInstance, TaskCandidate, User, UserTask
from engine.unit_of_work import INSTANCE, UnitOfWork


def lock_open_task(uow: UnitOfWork, task_id: str) -> Mapping[Any, Any]:
    """The task's row, with its instance's and `named` (a candidate?), as they are under the lock of its case.

    Raises NotFound (also for a foreign task) and TaskNotOpen.
    """
    task, instance, candidate = UserTask.__table__, ProcessInstance.__table__, TaskCandidate.__table__
    uow.reach(nouns.TASK, select(task.c.root_id).where(task.c.id == task_id).scalar_subquery())
    named = exists().where(
        candidate.c.task_id == task.c.id,
        or_(candidate.c.user_id == uow.actor.id, candidate.c.group_key.in_(sorted(uow.actor.groups))),
    )
    query = (
        select(task, *INSTANCE, named.label("named"))
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.id == task_id)
    )
    row = uow.connection.execute(query).mappings().one()
    if row["state"] != "open":
        raise TaskNotOpen
    return row


def require_worker(uow: UnitOfWork, task: Mapping[Any, Any]) -> None:
    """The actor must be the assignee, or a candidate of a task nobody has claimed. Raises TaskTaken or Forbidden."""
    if uow.actor is ENGINE or task["assignee_id"] == uow.actor.id:
        return
    if task["assignee_id"] is not None:
        name = uow.connection.scalar(select(User.display_name).where(User.id == task["assignee_id"]))
        raise TaskTaken(assignee=name)
    if not task["named"]:
        raise Forbidden(reason=nouns.NOT_A_CANDIDATE)
