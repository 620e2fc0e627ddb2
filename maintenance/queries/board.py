"""看板: what stands now and how a period went, counted by contractor, level, process, stage and day."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, select

from engine.authorization import Actor
from engine.business_fields import field_value
from engine.database import local_day
from engine.models import Organisation, ProcessDefinition, ProcessInstance
from engine.visibility import visible
from maintenance.models import Contract, WorkOrder
from maintenance.queries.judged import Verdict, clock, judged, lights
from maintenance.queries.ticket_filter import Span, deferred, waiting

root: Any = ProcessInstance.__table__
order: Any = WorkOrder.__table__
contract: Any = Contract.__table__
MOST_LATE = 8


@dataclass(frozen=True)
class Place:
    """Where a figure belongs."""

    contractor: str | None  # key of the organisation; None: a ticket without a contract
    contractor_name: str | None
    level: int | None  # 1 the worst
    process: str  # key
    process_name: str


@dataclass(frozen=True)
class Standing:
    """Tickets in progress of one place, now."""

    place: Place
    tickets: int
    red: int
    yellow: int  # and not red
    suspended: int
    deferred: int
    applied: int  # for a deferral that nobody has decided
    waiting: int  # for somebody to be sent


@dataclass(frozen=True)
class Judged:
    """Clocks of one place and stage that stopped on one day; void ones are not judged."""

    place: Place
    clock: str  # the stage
    day: date
    met: int
    breached: int
    provisional: int  # of the breached


@dataclass(frozen=True)
class Reported:
    """Tickets of one place that were reported on one day."""

    place: Place
    day: date
    tickets: int


@dataclass(frozen=True)
class Late:
    """A ticket whose clock runs late, with the clock that has been so for longest."""

    id: int
    number: str | None
    title: str
    due_at: datetime
    contractor: str | None


def standing(connection: Connection, actor: Actor, forms: Collection[str], now: datetime) -> list[Standing]:
    """`forms`: keys of those by which somebody is sent."""
    lit = lights(now).subquery()
    red = func.coalesce(lit.c.red, 0)
    flags = {
        "red": red,
        "yellow": case((red == 0, func.coalesce(lit.c.yellow, 0)), else_=0),
        "suspended": _flag(root.c.suspended_at.is_not(None)),
        "deferred": _flag(root.c.id.in_(deferred("granted", now))),
        "applied": _flag(root.c.id.in_(deferred("pending", now))),
        "waiting": _flag(root.c.id.in_(waiting(forms))),
    }
    tickets = _tickets(connection, flags).outerjoin(lit, lit.c.root_id == root.c.id)
    tickets = tickets.where(root.c.state == "active", root.c.root_id == root.c.id, visible(root, actor))
    rows = _grouped(connection, tickets, sums=tuple(flags))
    return [Standing(_place(row), row.tickets, *(int(row._mapping[name]) for name in flags)) for row in rows]


def judged_clocks(connection: Connection, actor: Actor, period: Span, now: datetime) -> list[Judged]:
    """Of clocks that stopped in the period."""
    verdicts: tuple[Verdict, ...] = ("met", "breached", "provisional")
    columns = {"clock": clock.c.key, "day": _day(connection, clock.c.stopped_at)}
    clocks = _tickets(connection, columns | {name: _flag(judged(name, now)) for name in verdicts})
    clocks = clocks.join(clock, clock.c.root_id == root.c.id).where(
        clock.c.stopped_at >= period.since,
        clock.c.stopped_at < period.until,
        clock.c.state.in_(("met", "breached")),
        visible(root, actor),
    )
    rows = _grouped(connection, clocks, by=("clock", "day"), sums=verdicts)
    return [
        Judged(_place(row), row.clock, date.fromisoformat(row.day), *(row._mapping[v] for v in verdicts))
        for row in rows
    ]


def reported(connection: Connection, actor: Actor, period: Span) -> list[Reported]:
    """Work orders by the day of their report."""
    tickets = _tickets(connection, {"day": _day(connection, order.c.reported_at)}).where(
        order.c.reported_at >= period.since, order.c.reported_at < period.until, visible(root, actor)
    )
    rows = _grouped(connection, tickets, by=("day",))
    return [Reported(_place(row), date.fromisoformat(row.day), row.tickets) for row in rows]


def most_late(connection: Connection, actor: Actor, now: datetime) -> list[Late]:
    """The tickets that have been red for longest."""
    due = func.min(clock.c.due_at).label("due")
    query = (
        select(root.c.id, root.c.business_key, root.c.title, due, Organisation.name)
        .join(clock, clock.c.root_id == root.c.id)
        .outerjoin(WorkOrder, WorkOrder.instance_id == root.c.id)
        .outerjoin(Contract, Contract.id == WorkOrder.contract_id)
        .outerjoin(Organisation, Organisation.id == Contract.contractor_id)
        .where(clock.c.stopped_at.is_(None), clock.c.due_at < now, visible(root, actor))
        .group_by(root.c.id, root.c.business_key, root.c.title, Organisation.name)
        .order_by(due, root.c.id)
        .limit(MOST_LATE)
    )
    return [Late(*row) for row in connection.execute(query)]


def _tickets(connection: Connection, columns: Mapping[str, Any]) -> Select[Any]:
    """Each ticket with its place, and what else is asked of it."""
    level = field_value(connection.dialect.name, "level", "number")
    return (
        select(
            contract.c.contractor_id,
            root.c.definition_id,
            level.label("level"),
            *(column.label(name) for name, column in columns.items()),
        )
        .select_from(root)
        .outerjoin(order, order.c.instance_id == root.c.id)
        .outerjoin(contract, contract.c.id == order.c.contract_id)
    )


def _grouped(
    connection: Connection,
    found: Select[Any],
    *,
    by: tuple[str, ...] = (),
    sums: tuple[str, ...] = (),
) -> Sequence[Row[Any]]:
    """Counted by place and the columns `by`; names come to the few groups, not to the many rows."""
    each = found.subquery()
    keys = [each.c[name] for name in ("contractor_id", "definition_id", "level", *by)]
    totals = [func.sum(each.c[name]).label(name) for name in sums]
    groups = select(*keys, func.count().label("tickets"), *totals).group_by(*keys).subquery()
    names = (Organisation.key.label("contractor"), Organisation.name.label("contractor_name"))
    process = (ProcessDefinition.key.label("process"), ProcessDefinition.name.label("process_name"))
    query = (
        select(groups, *names, *process)
        .join(ProcessDefinition, ProcessDefinition.id == groups.c.definition_id)
        .outerjoin(Organisation, Organisation.id == groups.c.contractor_id)
    )
    return connection.execute(query).all()


def _place(row: Any) -> Place:
    level = int(row.level) if math.isfinite(row.level) else None
    return Place(row.contractor, row.contractor_name, level, row.process, row.process_name)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _day(connection: Connection, instant: ColumnElement[Any]) -> ColumnElement[str]:
    return local_day(connection.dialect.name, instant)
