"""我的任务: what waits for a person, due first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import Connection, Select, and_, exists, func, literal, or_, select, tuple_

from engine.authorization import Actor
from engine.models import ProcessInstance, TaskCandidate, User, UserTask, UtcDateTime
from engine.queries.field_filter import Order, field_conditions, field_order
from engine.queries.paging import Page, decode, encode, page_size
from engine.queries.search import contains
from engine.visibility import visible

Tab = Literal["mine", "candidate", "done"]
TABS: tuple[Tab, ...] = ("mine", "candidate", "done")
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

_task, _root, _assignee = UserTask.__table__, ProcessInstance.__table__, User.__table__.alias("assignee")


@dataclass(frozen=True)
class TaskItem:
    """One row of a task list. Instants are UTC."""

    id: str
    instance_id: int
    root_id: int
    number: str | None  # 工单号
    title: str
    name: str
    element_id: str
    state: str
    assignee: str | None  # display name
    due_at: datetime | None
    created_at: datetime
    completed_at: datetime | None
    fields: dict[str, Any]  # declared business fields of the ticket
    suspended_reason: str | None = None  # why nobody works on the ticket now


def task_list(
    connection: Connection,
    actor: Actor,
    tab: Tab,
    *,
    search: str = "",
    fields: Mapping[str, str] = MappingProxyType({}),
    sort: str | None = None,
    after: str | None = None,
    limit: int = 20,
) -> Page[TaskItem]:
    """待办 (mine), 待签 (candidate): due first, then oldest. 已办 (done): newest first.

    `fields`, `sort`: by business fields of the ticket, see engine/queries/field_filter.py, and what that raises.
    """
    found = contains(search, _root.c.business_key, _root.c.title, _task.c.name)
    conditions = [_tab(actor, tab), *found, *field_conditions(connection, actor, fields)]
    size = page_size(limit)
    if sort:
        return _page_by(connection, field_order(connection, actor, sort), conditions, after, size)
    order = _task.c.completed_at if tab == "done" else func.coalesce(_task.c.due_at, literal(NEVER, UtcDateTime()))
    order = func.coalesce(order, literal(NEVER, UtcDateTime()))
    query = _rows(order).where(*conditions)
    if after:
        at, id_ = decode(after, datetime, str)
        here = tuple_(order, _task.c.id)
        there = tuple_(literal(at, UtcDateTime()), literal(id_))
        query = query.where(here < there if tab == "done" else here > there)
    by = (order.desc(), _task.c.id.desc()) if tab == "done" else (order, _task.c.id)
    rows = list(connection.execute(query.order_by(*by).limit(size + 1)))
    last = rows[size - 1] if len(rows) > size else None
    return Page(
        [TaskItem(*row[:-1]) for row in rows[:size]],
        encode(_aware(last[-1]).isoformat(), last.id) if last is not None else None,
    )


def _page_by(
    connection: Connection, order: Order, conditions: list[Any], after: str | None, size: int
) -> Page[TaskItem]:
    query = _rows(order.column).where(*conditions)
    if after:
        query = query.where(order.beyond(after, _task.c.id, str))
    rows = list(connection.execute(query.order_by(*order.by(_task.c.id)).limit(size + 1)))
    last = rows[size - 1] if len(rows) > size else None
    return Page(
        [TaskItem(*row[:-1]) for row in rows[:size]], order.cursor(last[-1], last.id) if last is not None else None
    )


def task_counts(connection: Connection, actor: Actor) -> dict[Tab, int]:
    """How many rows each tab holds."""
    base = select(func.count()).select_from(_task.join(_root, _root.c.id == _task.c.root_id))
    return {tab: connection.scalar(base.where(_tab(actor, tab))) or 0 for tab in TABS}


def _rows(order: Any) -> Select[Any]:
    return select(
        _task.c.id,
        _task.c.instance_id,
        _task.c.root_id,
        _root.c.business_key,
        _root.c.title,
        _task.c.name,
        _task.c.element_id,
        _task.c.state,
        _assignee.c.display_name,
        _task.c.due_at,
        _task.c.created_at,
        _task.c.completed_at,
        _root.c.fields,
        _root.c.suspended_reason,
        order.label("position"),
    ).select_from(
        _task.join(_root, _root.c.id == _task.c.root_id).outerjoin(_assignee, _assignee.c.id == _task.c.assignee_id)
    )


def _tab(actor: Actor, tab: Tab) -> Any:
    seen = visible(_root, actor)
    if tab == "mine":
        return and_(_task.c.state == "open", _task.c.assignee_id == actor.id, seen)
    if tab == "done":
        return and_(_task.c.state == "completed", _task.c.completed_by == actor.id, seen)
    candidate = TaskCandidate.__table__
    offered = exists().where(
        candidate.c.task_id == _task.c.id,
        or_(candidate.c.group_key.in_(sorted(actor.groups)), candidate.c.user_id == actor.id),
    )
    return and_(_task.c.state == "open", _task.c.assignee_id.is_(None), offered, seen)


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)
