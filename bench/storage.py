"""Bytes: how large a database is, and what of it history and states are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from engine.database import Database
from engine.models import HistoryEvent, ProcessInstance

HISTORY = ("facts", "actor_name", "command", "hash", "previous_hash")


@dataclass(frozen=True)
class Storage:
    """At one moment. Rows are told as their texts and bytes, without what a database adds to them."""

    bytes: int  # of the whole database, indexes included
    finished: int  # cases
    history: float  # bytes of history rows, an ended case
    state: float  # bytes of the saved execution, a running case


def database_bytes(url: str) -> int:
    """Without the write-ahead log and without pages that are free."""
    database = Database(url)
    with database.read() as connection:
        if database.is_sqlite:
            pragma = {name: _pragma(connection, name) for name in ("page_count", "freelist_count", "page_size")}
            size = (pragma["page_count"] - pragma["freelist_count"]) * pragma["page_size"]
        else:
            size = connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
    database.dispose()
    return size


def storage(url: str) -> Storage:
    """Of the product's database."""
    size, database = database_bytes(url), Database(url)
    instance, event = ProcessInstance.__table__, HistoryEvent.__table__
    ended = instance.c.state == "completed"
    row = sum((func.coalesce(func.length(event.c[name]), 0) for name in HISTORY), start=0)
    with database.read() as connection:
        finished = connection.scalar(select(func.count()).select_from(instance).where(ended)) or 0
        history = connection.scalar(
            select(func.sum(row)).select_from(event.join(instance, instance.c.id == event.c.root_id)).where(ended)
        )
        state = connection.scalar(select(func.avg(func.length(instance.c.execution))))
    database.dispose()
    return Storage(size, finished, float(history or 0) / max(1, finished), float(state or 0))


def _pragma(connection: Connection, name: str) -> int:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0
