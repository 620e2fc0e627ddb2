"""Bring a database to the newest revision: used by `flask db upgrade`, by tests and by the first start."""

from __future__ import annotations

from pathlib import Path

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


def upgrade(database: Database, revision: str = "head") -> None:
    """Run every revision the database does not have yet, all in one transaction; several processes take turns.

    Raises BrokenReference.
    """
    with database.migrate() as connection:
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
