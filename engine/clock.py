"""The one source of time. It is asked once a command; that value stamps every row the command writes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, func, null, select

from engine.statements import Statement

_PRESENT: dict[str, ColumnElement[Any]] = {
    "sqlite": func.strftime("%Y-%m-%dT%H:%M:%f+00:00", "now"),
    "postgresql": func.clock_timestamp(),
}
_ASK = {name: Statement(select(present.label("present"))) for name, present in _PRESENT.items()}


class Clock(Protocol):
    def now(self, connection: Connection) -> datetime:
        """The present instant, aware, UTC."""

    def column(self, dialect: str) -> ColumnElement[Any]:
        """The present as a column of a statement that a command sends anyway; null where the clock needs none.

        The same object each time: statements are kept by it.
        """

    def read(self, value: Any) -> datetime:
        """The present instant out of that column."""


class SystemClock:
    """The database's clock: two workers whose own clocks differ agree on what is due."""

    def now(self, connection: Connection) -> datetime:
        return self.read(_ASK[connection.dialect.name].scalar(connection))

    def column(self, dialect: str) -> ColumnElement[Any]:
        return _PRESENT[dialect]

    def read(self, value: Any) -> datetime:
        instant: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
        return instant.astimezone(UTC)


class ManualClock:
    """Stands still until it is moved: tests, golden stories and trial runs."""

    def __init__(self, now: datetime) -> None:
        self.move_to(now)

    def now(self, connection: Connection | None = None) -> datetime:
        return self._now

    def column(self, dialect: str) -> ColumnElement[Any]:
        return null()

    def read(self, value: Any) -> datetime:
        return self._now

    def move_to(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._now = now.astimezone(UTC)
