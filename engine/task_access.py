"""Reaching an open task for a command: find it if visible, lock its case, read it again, and who may work on it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, or_, select

from engine import nouns
from engine.authorization import ENGINE
from engine.definition.model import ProcessModel
from engine.errors import Forbidden, SeparationOfDuties, TaskNotOpen, TaskTaken
from engine.models import ProcessInstance, TaskCandidate, User, UserTask
from engine.statements import Statement
from engine.unit_of_work import INSTANCE, UnitOfWork, locking
from engine.visibility import Sight, reader, sight, visible_by

_task, _instance, _candidate = UserTask.__table__, ProcessInstance.__table__, TaskCandidate.__table__
_ID: BindParameter[str] = bindparam("task_id")
_named = exists().where(
    _candidate.c.task_id == _task.c.id,
    or_(
        _candidate.c.user_id == bindparam("reader_id"),
        _candidate.c.group_key.in_(bindparam("groups", expanding=True)),
    ),
)
_is_done = _task.c.state == "completed"
_READ = (_task.c.id, _task.c.instance_id, _task.c.root_id, _task.c.element_id, _task.c.name, _task.c.state)


@cache
def _again(present: ColumnElement[Any]) -> Statement:
    """The task and its instance after the lock, and the time."""
    columns = (*_READ, _task.c.assignee_id, *INSTANCE, _named.label("named"), present.label("present"))
    return Statement(select(*columns).join(_instance, _instance.c.id == _task.c.instance_id).where(_task.c.id == _ID))


def lock_open_task(uow: UnitOfWork, task_id: str) -> Mapping[Any, Any]:
    """The task's row, with its instance's and `named` (a candidate?), as they are under the lock of its case.

    Raises NotFound (also for a foreign task) and TaskNotOpen.
    """
    known = {"task_id": task_id, **reader(uow.actor)}
    uow.reach_by(nouns.TASK, _case_of_task(sight(uow.actor)), known)
    again = _again(uow.resources.clock.column(uow.connection.dialect.name))
    row: dict[Any, Any] = again.one(uow.connection, {**known, "groups": sorted(uow.actor.groups)})._asdict()
    uow.stamp(row["present"])
    if row["state"] != "open":
        raise TaskNotOpen
    return row


@cache
def _case_of_task(kind: Sight) -> Statement:
    root_id = select(_task.c.root_id).where(_task.c.id == _ID).scalar_subquery()
    return Statement(locking(_instance.c.id == root_id, visible_by(_instance, kind)))


def require_worker(uow: UnitOfWork, task: Mapping[Any, Any]) -> None:
    """The actor must be the assignee, or a candidate of a task nobody has claimed. Raises TaskTaken or Forbidden."""
    if uow.actor is ENGINE or task["assignee_id"] == uow.actor.id:
        return
    if task["assignee_id"] is not None:
        name = uow.connection.scalar(select(User.display_name).where(User.id == task["assignee_id"]))
        raise TaskTaken(assignee=name)
    if not task["named"]:
        raise Forbidden(reason=nouns.NOT_A_CANDIDATE)


def require_other_person(uow: UnitOfWork, task: Mapping[Any, Any], model: ProcessModel) -> None:
    """职责分离: who last did the step that this one names, or started the case there, may not do this one.

    Raises SeparationOfDuties.
    """
    named = model.elements[task["element_id"]].properties.get("separate_from")
    if named is None:
        return
    other = model.elements[named]
    if other.kind == "startEvent":
        done = select(_instance.c.started_by).where(_instance.c.id == task["instance_id"])
    else:
        done = (
            select(_task.c.completed_by)
            .where(_task.c.instance_id == task["instance_id"], _task.c.element_id == named, _is_done)
            .order_by(_task.c.completed_at.desc())
            .limit(1)
        )
    last = uow.connection.scalar(done)
    if last is not None and last == uow.actor.id:
        raise SeparationOfDuties(element=other.name)
