"""工单: the cases an actor may see, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from engine.authorization import Actor
from engine.models import ProcessDefinition, ProcessInstance, User
from engine.queries.field_filter import Order, field_conditions, field_order
from engine.queries.paging import Page, read_newest, read_page
from engine.queries.search import contains
from engine.visibility import visible


@dataclass(frozen=True)
class InstanceItem:
    """One case. Instants are UTC."""

    id: int
    number: str | None  # 工单号
    title: str
    state: str
    process_key: str
    process_name: str
    version: int
    started_at: datetime
    started_by: str | None  # display name
    ended_at: datetime | None
    fields: dict[str, Any]
    suspended_at: datetime | None = None
    suspended_reason: str | None = None


def instance_list(
    connection: Connection,
    actor: Actor,
    *,
    state: str | None = None,
    key: str | None = None,
    search: str = "",
    started_by_me: bool = False,
    suspended: bool | None = None,
    fields: Mapping[str, str] = MappingProxyType({}),
    where: Sequence[ColumnElement[bool]] = (),
    sort: str | None = None,
    after: str | None = None,
    limit: int = 20,
) -> Page[InstanceItem]:
    """Root instances only. `state`: active, completed, cancelled; `key`: a process; `search`: 工单号 or title.

    `fields`, `sort`: by declared business fields, see engine/queries/field_filter.py, and what that raises. `where`:
    conditions of an upper room on the row that the query calls `process_instance`.
    """
    root = ProcessInstance.__table__
    query = instances().where(*_found(actor, state, search, where))
    if key:
        query = query.where(ProcessDefinition.key == key)
    if started_by_me:
        query = query.where(root.c.started_by == actor.id)
    if suspended is not None:
        query = query.where(root.c.suspended_at.is_not(None) if suspended else root.c.suspended_at.is_(None))
    query = query.where(*field_conditions(connection, actor, fields, key))
    if sort:
        return _page_by(connection, query, field_order(connection, actor, sort, key), after, limit)
    return read_newest(connection, query, root.c.id, after, limit, InstanceItem)


def found_ids(
    actor: Actor, *, state: str | None = None, search: str = "", where: Sequence[ColumnElement[bool]] = ()
) -> Select[int]:
    """The ids of all that `instance_list` finds for the same words: to count them, or what belongs to them."""
    return select(ProcessInstance.__table__.c.id).where(*_found(actor, state, search, where))


def _found(
    actor: Actor, state: str | None, search: str, where: Sequence[ColumnElement[bool]]
) -> list[ColumnElement[bool]]:
    root = ProcessInstance.__table__
    conditions = [
        root.c.root_id == root.c.id,
        visible(root, actor),
        *contains(search, root.c.business_key, root.c.title),
    ]
    return [*conditions, *([root.c.state == state] if state else []), *where]


def _page_by(connection: Connection, query: Any, order: Order, after: str | None, limit: int) -> Page[InstanceItem]:
    id_ = ProcessInstance.__table__.c.id
    if after:
        query = query.where(order.beyond(after, id_, int))
    query = query.add_columns(order.column.label("position")).order_by(*order.by(id_))
    return read_page(
        connection, query, limit, lambda row: InstanceItem(*row[:-1]), lambda row: order.cursor(row[-1], row.id)
    )


def instances() -> Any:
    """The columns of InstanceItem, for this list and for the detail."""
    root, definition, user = ProcessInstance.__table__, ProcessDefinition.__table__, User.__table__
    return (
        select(
            root.c.id,
            root.c.business_key,
            root.c.title,
            root.c.state,
            definition.c.key,
            definition.c.name,
            definition.c.version,
            root.c.started_at,
            user.c.display_name,
            root.c.ended_at,
            root.c.fields,
            root.c.suspended_at,
            root.c.suspended_reason,
        )
        .join(definition, definition.c.id == root.c.definition_id)
        .outerjoin(user, user.c.id == root.c.started_by)
    )
