"""Turning a clock by hand: forward only, and everything that falls due on the way happens as a worker would have it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from sqlalchemy import func, select

from engine.clock import ManualClock, SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import EngineError
from engine.models import HistoryEvent
from engine.worker import live_until

FARTHEST = timedelta(days=366)
"""One turn; what falls due on the way takes its time."""

_turning = threading.Lock()


class ClockTurnRefused(EngineError):
    """The clock stands at {now}. It turns forward only, by at most {days} days at once."""

    code, status = "clock_turn_refused", 422
    zh = "时钟现为 {now}，只能向前拨动，每次最多 {days} 天。"


def present_clock(database: Database) -> ManualClock:
    """A clock that stands at the present, or where history ends: it may have been turned before a restart."""
    with database.read() as connection:
        now = SystemClock().now(connection)
        last: datetime | None = connection.scalar(select(func.max(HistoryEvent.at)))
    return ManualClock(now if last is None else max(now, last))


def turn(engine: Engine, clock: ManualClock, moment: datetime) -> None:
    """Move the clock of `engine` to `moment` (aware). One turn at a time. Raises ClockTurnRefused."""
    with _turning:
        now = clock.now()
        if not now <= moment <= now + FARTHEST:
            raise ClockTurnRefused(now=now.isoformat(timespec="seconds"), days=FARTHEST.days)
        live_until(engine, clock, moment)
