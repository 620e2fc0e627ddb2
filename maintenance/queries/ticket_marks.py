"""What a list shows of many tickets at once: each clock's next marks, and the steps that are open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.calendar import TABLELESS
from engine.models import UserTask
from maintenance.clocks.events import ClockEvent
from maintenance.clocks.fold import ClockState, fold
from maintenance.clocks.terms import ClockTerms
from maintenance.models import ClockEventRow, SlaClock


@dataclass(frozen=True)
class ClockMark:
    """One clock of a ticket, without its words."""

    id: int
    key: str
    terms: ClockTerms
    state: ClockState


def clock_marks(connection: Connection, root_ids: Collection[int], now: datetime) -> dict[int, list[ClockMark]]:
    """Root id -> its clocks, oldest first; two statements for the whole list. The caller may see these tickets."""
    clock, event = SlaClock.__table__, ClockEventRow.__table__
    columns = (clock.c.id, clock.c.root_id, clock.c.key, clock.c.terms)
    clocks = connection.execute(select(*columns).where(clock.c.root_id.in_(root_ids)).order_by(clock.c.id)).all()
    facts: dict[int, list[ClockEvent]] = {row.id: [] for row in clocks}
    stored = select(event).where(event.c.clock_id.in_(facts)).order_by(event.c.clock_id, event.c.seq)
    for fact in connection.execute(stored).mappings():
        told = ClockEvent(fact["kind"], fact["at"], fact["recorded_at"], "", fact["reason"], fact["data"])
        facts[fact["clock_id"]].append(told)
    marks: dict[int, list[ClockMark]] = {root_id: [] for root_id in root_ids}
    for row in clocks:
        terms = ClockTerms.from_dict(row.terms)
        marks[row.root_id].append(
            ClockMark(row.id, row.key, terms, fold(facts[row.id], terms, TABLELESS[terms.calendar], now))
        )
    return marks


def open_steps(connection: Connection, root_ids: Collection[int]) -> dict[int, list[str]]:
    """Root id -> the names of its open steps, oldest first. The caller may see these tickets."""
    task = UserTask.__table__
    names: dict[int, list[str]] = {root_id: [] for root_id in root_ids}
    query = select(task.c.root_id, task.c.name).where(task.c.root_id.in_(root_ids), task.c.state == "open")
    for root_id, name in connection.execute(query.order_by(task.c.created_at, task.c.id)):
        names[root_id].append(name)
    return names
