"""The one source of time. It is asked once a command; that value stamps every row the command writes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Connection, text

_PRESENT = {
    "sqlite": text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"),
    "postgresql": text("SELECT clock_timestamp()"),
}


class Clock(Protocol):
    def now(self, connection: Connection) -> datetime:
        """The present instant, aware, UTC."""


class SystemClock:
    """The database's clock: two workers whose own clocks differ agree on what is due."""

    def now(self, connection: Connection) -> datetime:
        value = connection.scalar(_PRESENT[connection.dialect.name])
        return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


class ManualClock:
    """Stands still until it is moved: tests, golden stories and trial runs."""

    def __init__(self, now: datetime) -> None:
        self.move_to(now)

    def now(self, connection: Connection | None = None) -> datetime:
        return self._now

    def move_to(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._now = now.astimezone(UTC)
