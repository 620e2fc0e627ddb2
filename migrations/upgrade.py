"""Bring a database to the newest revision: used by `flask db upgrade`, by tests and by the first start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from engine.database import Database

FOLDER = Path(__file__).parent


def configuration(connection: Connection | None = None) -> Config:
    config = Config(str(FOLDER / "alembic.ini"))
    config.set_main_option("script_location", str(FOLDER))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


class BrokenReference(Exception):
    """After a change of tables a row refers to one that is not there; (table, row, referred table, place) of each."""


@contextmanager
def changing_tables(database: Database) -> Iterator[Connection]:
    """A write transaction that may change tables, committed at the end. Raises BrokenReference.

    SQLite changes a table by making it anew: rows that refer to it are let be meanwhile, and checked in the end.
    """
    with database.writing.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if database.is_sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")  # has no effect within a transaction
        try:
            with connection.begin():
                yield connection
                broken = driver.execute("PRAGMA foreign_key_check").fetchall() if database.is_sqlite else []
                if broken:
                    raise BrokenReference(str(broken[:10]))
        finally:
            if database.is_sqlite:
                driver.execute("PRAGMA foreign_keys=ON")


def upgrade(database: Database, revision: str = "head") -> None:
    """Run every revision the database does not have yet, all in one transaction; several processes take turns.

    Raises BrokenReference.
    """
    with changing_tables(database) as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(7305201)"))
        command.upgrade(configuration(connection), revision)


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest revision of this code."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    with database.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) == head)
