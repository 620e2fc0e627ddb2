"""Counts what a database is asked to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from engine import statements, writes
from engine.database import Database, Sent, fetch, send_together


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The SQL statements sent while in the block, without BEGIN and COMMIT."""
    sent: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    def together(connection: Any, statements: Sequence[Sent]) -> None:
        if connection.dialect.name == "postgresql":  # past the driver's events
            sent.extend(text for text, _ in statements)
        send_together(connection, statements)

    def rows(connection: Any, text: str, parameters: Any) -> list[Any]:
        if connection.dialect.name == "postgresql":
            sent.append(text)
        return fetch(connection, text, parameters)

    writes.send_together = together  # type: ignore[attr-defined]
    statements.fetch = rows  # type: ignore[attr-defined]
    both = {database.engine, database.reading}  # on SQLite they are one
    for engine in both:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        writes.send_together = send_together  # type: ignore[attr-defined]
        statements.fetch = fetch  # type: ignore[attr-defined]
        for engine in both:
            event.remove(engine, "before_cursor_execute", note)
