"""Reaching an open task for a command: find it if visible, read it under the lock of its case; who may work on it."""

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
_held, _before = _instance.alias("held"), _instance.alias("before")
_ROWS = _task.join(_instance, _instance.c.id == _task.c.instance_id)


def lock_open_task(uow: UnitOfWork, task_id: str) -> Mapping[Any, Any]:
    """The task's row, with its instance's and `named` (a candidate?), as they are under the lock of its case.

    Raises NotFound (also for a foreign task), InstanceSuspended and TaskNotOpen.
    """
    actor, connection = uow.actor, uow.connection
    known = {"task_id": task_id, "groups": sorted(actor.groups), **reader(actor)}
    present = uow.resources.clock.column(connection.dialect.name)
    row = _locked(sight(actor), present).one_or_none(connection, known)
    uow.hold(nouns.TASK, row)
    if row.head_history_seq != row.before:  # somebody else was at the case until we had it
        row = _again(present).one(connection, known)
    uow.stamp(row.present)
    if row.state != "open":
        raise TaskNotOpen
    task: dict[Any, Any] = row._asdict()
    return task


@cache
def _locked(kind: Sight, present: ColumnElement[Any]) -> Statement:
    """Locks the case, and reads what `_again` does as it was before; `before`: where its history ended then."""
    statement = locking(_held, _before.c.history_seq.label("before"), *_columns(present))
    joined = _held.join(_before, _before.c.id == _held.c.id).join(_ROWS, _task.c.root_id == _held.c.id)
    return Statement(statement.select_from(joined).where(_task.c.id == _ID, visible_by(_held, kind)))


@cache
def _again(present: ColumnElement[Any]) -> Statement:
    return Statement(select(*_columns(present)).select_from(_ROWS).where(_task.c.id == _ID))


def _columns(present: ColumnElement[Any]) -> tuple[Any, ...]:
    """The task, its instance, and the time."""
    task = (_task.c.id, _task.c.instance_id, _task.c.root_id, _task.c.element_id, _task.c.name, _task.c.state)
    return (*task, _task.c.assignee_id, *INSTANCE, _named.label("named"), present.label("present"))


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
            .where(_task.c.root_id == task["root_id"], _task.c.instance_id == task["instance_id"])
            .where(_task.c.element_id == named, _is_done)
            .order_by(_task.c.completed_at.desc())
            .limit(1)
        )
    last = uow.connection.scalar(done)
    if last is not None and last == uow.actor.id:
        raise SeparationOfDuties(element=other.name)
