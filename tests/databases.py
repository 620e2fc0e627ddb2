"""A fresh, migrated database for each test, on SQLite and on PostgreSQL, cheaply."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from engine.database import Database
from engine.models import Base
from migrations.upgrade import upgrade

KINDS = ("sqlite", "postgresql")


def sqlite_template(folder: Path) -> Path:
    """A migrated, empty file to copy."""
    path = folder / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


def sqlite_copy(template: Path, folder: Path) -> str:
    shutil.copy(template, folder / "test.sqlite")
    return f"sqlite:///{folder / 'test.sqlite'}"


@contextmanager
def postgresql_database(name: str) -> Iterator[str]:
    """The URL of a migrated database of that name on the test server; it is dropped at the end of the block."""
    with new_postgresql_database(name) as url:
        database = Database(url)
        upgrade(database)
        database.dispose()
        yield url


@contextmanager
def new_postgresql_database(name: str) -> Iterator[str]:
    """The same without any table."""
    server = make_url(os.environ["TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        if not connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
            raise RuntimeError("TEST_DATABASE_URL must name a superuser: tests empty tables past triggers")
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def empty(database: Database) -> None:
    """Delete every row, as a superuser past triggers and foreign keys: far quicker than TRUNCATE."""
    tables = "; ".join(f'DELETE FROM "{table.name}"' for table in Base.metadata.sorted_tables)  # noqa: S608
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.exec_driver_sql(tables)
