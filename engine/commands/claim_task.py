"""签收: a candidate takes a task for oneself."""

from __future__ import annotations

from sqlalchemy import update

from engine.models import UserTask
from engine.task_access import lock_open_task, require_other_person, require_worker
from engine.unit_of_work import UnitOfWork


def claim_task(uow: UnitOfWork, task_id: str) -> None:
    """Claiming one's own again does nothing.

    Raises NotFound, TaskNotOpen, TaskTaken (by somebody else), Forbidden, SeparationOfDuties.
    """
    task = lock_open_task(uow, task_id)
    if task["assignee_id"] == uow.actor.id:
        return
    require_worker(uow, task)
    require_other_person(
        uow, task, uow.resources.definitions.specification(uow.connection, task["definition_id"]).model
    )
    uow.connection.execute(
        update(UserTask).where(UserTask.id == task_id).values(assignee_id=uow.actor.id, claimed_at=uow.now)
    )
    uow.fact(
        task["root_id"],
        "task_claimed",
        element=task["element_id"],
        name=task["name"],
        task=task_id,
        assignee=uow.actor.name,
    )
