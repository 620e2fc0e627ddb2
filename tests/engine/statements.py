"""Counts what a database is asked to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from engine import statements, writes
from engine.database import Database, fetch, send


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The SQL statements sent while in the block, without BEGIN and COMMIT."""
    sent: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    def write(connection: Any, text: str, parameters: Any) -> None:
        if connection.dialect.name == "postgresql":  # past the driver's events
            sent.append(text)
        send(connection, text, parameters)

    def rows(connection: Any, text: str, parameters: Any) -> list[Any]:
        if connection.dialect.name == "postgresql":
            sent.append(text)
        return fetch(connection, text, parameters)

    writes.send = write  # type: ignore[attr-defined]
    statements.fetch = rows  # type: ignore[attr-defined]
    both = {database.engine, database.reading}  # on SQLite they are one
    for engine in both:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        writes.send = send  # type: ignore[attr-defined]
        statements.fetch = fetch  # type: ignore[attr-defined]
        for engine in both:
            event.remove(engine, "before_cursor_execute", note)
