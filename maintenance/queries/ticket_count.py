"""How many tickets a list holds, how many clocks it is about, and which of a page's clocks these are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from maintenance.queries.judged import clock
from maintenance.queries.ticket_filter import TicketFilter, clock_condition


@dataclass(frozen=True)
class Count:
    """Of everything the filter finds, on all pages."""

    tickets: int
    clocks: int | None  # None: the filter is not about clocks


def ticket_count(connection: Connection, found: Select[Any], wanted: TicketFilter, now: datetime) -> Count:
    """`found`: the ids of the tickets, as the list finds them (engine.queries.instance_list.found_ids)."""
    tickets = connection.scalar(select(func.count()).select_from(found.subquery())) or 0
    if not wanted.about_clocks:
        return Count(tickets, None)
    meant = select(func.count()).select_from(clock).where(clock_condition(wanted, now), clock.c.root_id.in_(found))
    return Count(tickets, connection.scalar(meant) or 0)


def meant_clocks(
    connection: Connection, root_ids: Collection[int], wanted: TicketFilter, now: datetime
) -> frozenset[int]:
    """Ids of the clocks of these tickets that the filter is about; none for a filter that is about none."""
    if not wanted.about_clocks:
        return frozenset()
    query = select(clock.c.id).where(clock.c.root_id.in_(root_ids), clock_condition(wanted, now))
    return frozenset(connection.scalars(query))
