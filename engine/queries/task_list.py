"""我的任务: what waits for a person, due first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from engine.authorization import Actor
from engine.models import ProcessDefinition, ProcessInstance, TaskCandidate, User, UserTask, UtcDateTime
from engine.queries.field_filter import Order, field_conditions, field_order
from engine.queries.paging import Page, decode, encode, page_of, page_size, read_page
from engine.queries.search import contains
from engine.statements import Statement
from engine.visibility import Sight, reader, sight, visible_by

Tab = Literal["mine", "candidate", "done"]
TABS: tuple[Tab, ...] = ("mine", "candidate", "done")
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

_task, _root, _assignee = UserTask.__table__, ProcessInstance.__table__, User.__table__.alias("assignee")
_own, _process = ProcessInstance.__table__.alias("own"), ProcessDefinition.__table__
"""Of a step: its instance, which is the ticket or one below it, and the drawing of that."""


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


_NEVER = literal(NEVER, UtcDateTime())
_DUE = func.coalesce(_task.c.due_at, _NEVER)
_DONE = func.coalesce(_task.c.completed_at, _NEVER)


def task_list(
    connection: Connection,
    actor: Actor,
    tab: Tab,
    *,
    search: str = "",
    case_id: int | None = None,
    form_key: str | None = None,
    process: str | None = None,
    where: Sequence[ColumnElement[bool]] = (),
    fields: Mapping[str, str] = MappingProxyType({}),
    sort: str | None = None,
    after: str | None = None,
    limit: int = 20,
) -> Page[TaskItem]:
    """待办 (mine), 待签 (candidate): due first, then oldest. 已办 (done): newest first.

    `case_id`: only what belongs to this case, its called processes included. `form_key`: only steps with this form.
    `process`: only steps of the process with this key. `where`: conditions of an upper room on the ticket,
    the row that the query calls `process_instance`.
    `fields`, `sort`: by business fields of the ticket, see engine/queries/field_filter.py, and what that raises.
    """
    found = contains(search, _root.c.business_key, _root.c.title, _task.c.name)
    conditions = [*found, *field_conditions(connection, actor, fields)]
    if form_key is not None:
        conditions.append(_task.c.form_key == form_key)
    if process is not None:
        running = select(_own.c.id).join(_process, _process.c.id == _own.c.definition_id)
        conditions.append(_task.c.instance_id.in_(running.where(_process.c.key == process)))
    conditions.extend(where)
    if sort:
        if case_id is not None:
            conditions.append(_task.c.root_id == case_id)
        return _page_by(connection, field_order(connection, actor, sort), tab, actor, conditions, after, limit)
    size = page_size(limit)
    asked = {**_asked_by(actor), "case_id": case_id, "rows": size + 1}
    kind = (tab, sight(actor), case_id is not None)
    if after:
        conditions.append(_behind(after, tab))
    rows: Sequence[Any]
    if conditions:
        rows = connection.execute(_page(*kind).where(*conditions), asked).all()
    else:
        rows = _first_page(*kind).all(connection, asked)
    return page_of(rows, size, _item, lambda row: _cursor(row, tab))


def _item(row: Any) -> TaskItem:
    return TaskItem(*row[:-1])


def _cursor(last: Any, tab: Tab) -> str:
    at = _aware(last[-1]).isoformat()
    return encode(at, last.id) if tab == "done" else encode(at, last.created_at.isoformat(), last.id)


def _behind(cursor: str, tab: Tab) -> ColumnElement[bool]:
    """What follows the last row shown."""
    if tab == "done":
        at, id_ = decode(cursor, datetime, str)
        return tuple_(_DONE, _task.c.id) < tuple_(literal(at, UtcDateTime()), literal(id_))
    at, created, id_ = decode(cursor, datetime, datetime, str)
    there = tuple_(literal(at, UtcDateTime()), literal(created, UtcDateTime()), literal(id_))
    return tuple_(_DUE, _task.c.created_at, _task.c.id) > there


def _page_by(
    connection: Connection, order: Order, tab: Tab, actor: Actor, conditions: list[Any], after: str | None, limit: int
) -> Page[TaskItem]:
    query = _rows(order.column).where(_tab(tab), visible_by(_root, sight(actor)), *conditions)
    if after:
        query = query.where(order.beyond(after, _task.c.id, str))
    query = query.order_by(*order.by(_task.c.id))
    return read_page(connection, query, limit, _item, lambda row: order.cursor(row[-1], row.id), asked=_asked_by(actor))


@dataclass(frozen=True)
class OpenForm:
    """An open step with a form, and the process version that says which wording of the form it shows."""

    task_id: str
    form_key: str
    definition_id: int


MAX_OPEN_FORMS = 1_000


def open_forms(connection: Connection, actor: Actor) -> list[OpenForm]:
    """Of what waits for the actor or may be claimed, first due first; at most MAX_OPEN_FORMS."""
    instance, workable = ProcessInstance.__table__.alias("instance"), or_(_tab("mine"), _tab("candidate"))
    joined = _task.join(_root, _root.c.id == _task.c.root_id).join(instance, instance.c.id == _task.c.instance_id)
    query = select(_task.c.id, _task.c.form_key, instance.c.definition_id).select_from(joined)
    query = query.where(_task.c.form_key.is_not(None), workable, visible_by(_root, sight(actor)))
    ordered = query.order_by(_DUE, _task.c.id).limit(MAX_OPEN_FORMS)
    return [OpenForm(*row) for row in connection.execute(ordered, _asked_by(actor))]


def task_processes(connection: Connection, actor: Actor) -> dict[str, str]:
    """Key -> name of the processes whose open steps the actor has or may claim, by name."""
    own = or_(_tab("mine"), _tab("candidate"))
    columns = (_process.c.key, func.max(_process.c.name).label("name"))
    joined = _task.join(_root, _root.c.id == _task.c.root_id).join(_own, _own.c.id == _task.c.instance_id)
    query = select(*columns).select_from(joined.join(_process, _process.c.id == _own.c.definition_id))
    query = query.where(own, visible_by(_root, sight(actor)))
    rows = connection.execute(query.group_by(_process.c.key).order_by("name"), _asked_by(actor))
    return {row.key: row.name for row in rows}


def task_counts(connection: Connection, actor: Actor) -> dict[Tab, int]:
    """How many rows each tab holds."""
    asked = _asked_by(actor)
    return {tab: connection.scalar(_count(tab, sight(actor)), asked) or 0 for tab in TABS}


def _asked_by(actor: Actor) -> dict[str, Any]:
    return {**reader(actor), "groups": sorted(actor.groups)}


@cache
def _count(tab: Tab, kind: Sight) -> Select[Any]:
    joined = _task.join(_root, _root.c.id == _task.c.root_id)
    return select(func.count()).select_from(joined).where(_tab(tab), visible_by(_root, kind))


@cache
def _page(tab: Tab, kind: Sight, one_case: bool) -> Select[Any]:
    """The columns themselves are the order, not the position: an index serves them."""
    by: tuple[ColumnElement[Any], ...]
    if tab == "done":
        order, by = _DONE, (_task.c.completed_at.desc(), _task.c.id.desc())
    else:
        order, by = _DUE, (_task.c.due_at.asc().nulls_last(), _task.c.created_at.asc(), _task.c.id.asc())
    query: Select[Any] = _rows(order).where(_tab(tab), visible_by(_root, kind))
    if one_case:
        query = query.where(_task.c.root_id == bindparam("case_id"))
    return query.order_by(*by).limit(bindparam("rows", type_=Integer))


@cache
def _first_page(tab: Tab, kind: Sight, one_case: bool) -> Statement:
    return Statement(_page(tab, kind, one_case))


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


def _tab(tab: Tab) -> ColumnElement[bool]:
    me: BindParameter[int] = bindparam("reader_id")
    if tab == "mine":
        return and_(_is("open"), _task.c.assignee_id == me)
    if tab == "done":
        return and_(_is("completed"), _task.c.completed_by == me)
    candidate = TaskCandidate.__table__
    offered = exists().where(
        candidate.c.task_id == _task.c.id,
        or_(candidate.c.group_key.in_(bindparam("groups", expanding=True)), candidate.c.user_id == me),
    )
    return and_(_is("open"), _task.c.assignee_id.is_(None), offered)


def _is(state: str) -> ColumnElement[bool]:
    """The state is written out: a partial index serves only who names its condition."""
    return _task.c.state == literal(state, literal_execute=True)


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)
