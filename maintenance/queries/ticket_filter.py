"""Which tickets a list is about: by their clocks as of now, contractor, level, process, report, and what they wait for.

The figures of the board are counted by the same conditions, so that each leads to exactly its tickets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, literal, not_, select, true, union_all

from engine.business_fields import NOTHING, field_value
from engine.models import Organisation, ProcessDefinition, ProcessInstance, UserTask
from maintenance.models import Contract, Deferral, WorkOrder
from maintenance.queries.judged import Light, Verdict, clock, judged, lights, lit

NONE = "none"
"""In place of a contractor's key or a level: tickets that have none."""

DeferralState = Literal["granted", "pending"]
root: Any = ProcessInstance.__table__


@dataclass(frozen=True)
class Span:
    """From `since` up to but not including `until`; both aware."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class TicketFilter:
    """All of it must hold; what is None is not asked. Conditions on clocks hold of one and the same clock."""

    light: Light | None = None  # of the ticket: the worst of its clocks
    verdict: Verdict | None = None
    clock: str | None = None  # the stage
    stopped: Span | None = None
    reported: Span | None = None
    contractor: str | None = None  # key of the organisation, or NONE
    level: str | None = None  # "1" the worst, or NONE
    process: str | None = None  # its key
    waits_with: Collection[str] | None = None  # an open step has one of these forms
    suspended: bool = False
    deferral: DeferralState | None = None

    @property
    def about_clocks(self) -> bool:
        """Whether single clocks are looked for, not only tickets."""
        return self.light is not None or self.verdict is not None or self.stopped is not None or self.clock is not None


def conditions(wanted: TicketFilter, dialect: str, now: datetime) -> list[ColumnElement[bool]]:
    """On the root instance, which the query calls `process_instance`. `now`: aware."""
    return [*_of_clocks(wanted, now), *_of_facts(wanted, dialect), *_of_state(wanted, now)]


def clock_condition(wanted: TicketFilter, now: datetime) -> ColumnElement[bool]:
    """On the rows of `sla_clock`: those that the filter is about."""
    parts: list[ColumnElement[bool]] = []
    if wanted.light is not None:
        parts.append(lit(wanted.light, now))
    if wanted.verdict is not None:
        parts.append(judged(wanted.verdict, now))
    if wanted.stopped is not None:
        parts += [clock.c.stopped_at >= wanted.stopped.since, clock.c.stopped_at < wanted.stopped.until]
    if wanted.clock is not None:
        parts.append(clock.c.key == wanted.clock)
    return and_(true(), *parts)


def _of_clocks(wanted: TicketFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    if not wanted.about_clocks:
        return
    yield root.c.id.in_(select(clock.c.root_id).where(clock_condition(wanted, now)))
    if wanted.light == "yellow":  # a ticket with a red clock is red
        worst = lights(now, wanted.clock).subquery()
        yield root.c.id.in_(select(worst.c.root_id).where(worst.c.red == 0))


def _of_facts(wanted: TicketFilter, dialect: str) -> Iterator[ColumnElement[bool]]:
    order: Any = WorkOrder.__table__
    if wanted.reported is not None:
        since, until = wanted.reported.since, wanted.reported.until
        reported = select(order.c.instance_id).where(order.c.reported_at >= since, order.c.reported_at < until)
        yield root.c.id.in_(reported)
    if wanted.contractor == NONE:
        yield not_(exists().where(order.c.instance_id == root.c.id))
    elif wanted.contractor is not None:
        held = select(order.c.instance_id).join(Contract, Contract.id == order.c.contract_id)
        held = held.join(Organisation, Organisation.id == Contract.contractor_id)
        yield root.c.id.in_(held.where(Organisation.key == wanted.contractor))
    if wanted.level is not None:
        level = NOTHING["number"] if wanted.level == NONE else float(wanted.level)
        yield field_value(dialect, "level", "number") == level
    if wanted.process is not None:
        of_key = select(ProcessDefinition.id).where(ProcessDefinition.key == wanted.process)
        yield root.c.definition_id.in_(of_key)


def _of_state(wanted: TicketFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    if wanted.suspended:
        yield and_(root.c.state == "active", root.c.suspended_at.is_not(None))
    if wanted.deferral is not None:
        yield and_(root.c.state == "active", root.c.id.in_(deferred(wanted.deferral, now)))
    if wanted.waits_with is not None:
        yield root.c.id.in_(waiting(wanted.waits_with))


def deferred(state: DeferralState, now: datetime) -> Select[Any]:
    """Tickets whose deferral lasts (granted), or is applied for and not decided (pending)."""
    table: Any = Deferral.__table__
    if state == "granted":
        return select(table.c.root_id).where(table.c.granted_until > now)
    approval = ProcessInstance.__table__.alias("approval")
    undecided = select(table.c.root_id).join(approval, approval.c.id == table.c.instance_id)
    return undecided.where(table.c.decided_at.is_(None), approval.c.state == "active")


def waiting(forms: Collection[str]) -> CompoundSelect[Any]:
    """Tickets with an open step that has one of these forms."""
    mine, offered = UserTask.assignee_id.is_not(None), UserTask.assignee_id.is_(None)
    is_open = UserTask.state == literal("open", literal_execute=True)  # as the indexes of open steps say it
    return union_all(
        *(select(UserTask.root_id).where(is_open, one, UserTask.form_key.in_(forms)) for one in (mine, offered))
    )
