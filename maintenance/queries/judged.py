"""Clocks judged as of one moment, as conditions on their rows: the same words as the fold's, many at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select

from maintenance.clocks.tally import whole_second
from maintenance.models import SlaClock

Light = Literal["red", "yellow"]
Verdict = Literal["met", "breached", "provisional", "judged"]

clock: Any = SlaClock.__table__


def lit(light: Light, now: datetime) -> ColumnElement[bool]:
    """Clocks that run and are late (red), or nearly so (yellow), as of `now` (aware)."""
    second = whole_second(now)
    late = or_(clock.c.gapped, clock.c.due_at < second)
    if light == "red":
        return and_(clock.c.stopped_at.is_(None), late)
    return and_(clock.c.stopped_at.is_(None), not_(clock.c.gapped), clock.c.warn_at <= second, clock.c.due_at >= second)


def judged(verdict: Verdict, now: datetime) -> ColumnElement[bool]:
    """Clocks with this verdict as of `now` (aware). What runs late is breached already.

    provisional: breached, but an application that was lodged in time is pending. judged: met or breached.
    """
    if verdict == "met":
        return clock.c.state == "met"  # type: ignore[no-any-return]
    breached = or_(clock.c.state == "breached", lit("red", now))
    if verdict == "provisional":
        return and_(breached, clock.c.clearable)
    return breached if verdict == "breached" else or_(clock.c.state == "met", breached)


def lights(now: datetime, key: str | None = None) -> Select[Any]:
    """root_id, red, yellow (1 or 0) of every ticket with a clock that runs; `key`: with this one."""
    query = select(
        clock.c.root_id,
        func.max(case((lit("red", now), 1), else_=0)).label("red"),
        func.max(case((lit("yellow", now), 1), else_=0)).label("yellow"),
    ).where(clock.c.stopped_at.is_(None))
    if key is not None:
        query = query.where(clock.c.key == key)
    return query.group_by(clock.c.root_id)
