"""Counts what a database is asked to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from engine.database import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The SQL statements sent while in the block, without BEGIN and COMMIT."""
    sent: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    both = {database.engine, database.reading}  # on SQLite they are one
    for engine in both:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in both:
            event.remove(engine, "before_cursor_execute", note)
