"""Whether the conditions by which lists judge clocks say of every clock what its fold says, at any moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from engine.models import ProcessInstance
from maintenance.clocks.book import StoredClock, read_clocks
from maintenance.queries.judged import clock, judged, lit

MOMENTS = (timedelta(0), timedelta(seconds=1), timedelta(minutes=7), timedelta(hours=3), timedelta(days=40))
"""After the end of a story: what stands there still runs then."""
EDGES = (timedelta(seconds=-1), timedelta(0), timedelta(seconds=1))
"""Around each yellow and each due time."""


def assert_judged(connection: Connection, now: datetime) -> int:
    """How many judgements were compared."""
    roots = connection.scalars(select(ProcessInstance.id).where(ProcessInstance.parent_id.is_(None))).all()
    clocks = [one for root_id in roots for one in read_clocks(connection, root_id)]
    moments = {now + later for later in MOMENTS}
    for one in clocks:
        state = one.state(now)
        marks = [mark for mark in (state.warn_at, state.due_at) if mark is not None and mark >= now]
        moments |= {mark + edge for mark in marks for edge in EDGES if mark + edge >= now}
    for moment in sorted(moments):
        assert _by_rows(connection, moment) == {one.id: _by_fold(one, moment) for one in clocks}, moment
    return len(moments) * len(clocks)


def _by_rows(connection: Connection, now: datetime) -> dict[int, tuple[Any, ...]]:
    conditions = (lit("red", now), lit("yellow", now))
    verdicts = [judged(name, now) for name in ("met", "breached", "provisional")]
    rows = connection.execute(select(clock.c.id, *conditions, *verdicts))
    return {row[0]: tuple(bool(one) for one in row[1:]) for row in rows}


def _by_fold(one: StoredClock, now: datetime) -> tuple[Any, ...]:
    state = one.state(now)
    open_now = state.stopped_at is None
    late = state.verdict == "breached"
    nearly = not late and state.due_at is not None and state.warn_at is not None and state.warn_at <= now
    return open_now and late, open_now and nearly, state.verdict == "met", late, state.provisional_breach
