"""What tests of the engine ask for: an engine on a manual clock in a small city, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from tests import databases, factories


@pytest.fixture
def engine(database: Database, clock: ManualClock) -> Engine:
    engine = factories.new_engine(database, clock)
    factories.open_city(engine)
    return engine


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[Database]:
    """For what only PostgreSQL can do wrong."""
    database = Database(postgresql_url)
    databases.empty(database)
    yield database
    database.dispose()


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path, clock: ManualClock) -> Iterator[Engine]:
    """For what only SQLite can do wrong."""
    database = Database(databases.sqlite_copy(sqlite_template, tmp_path))
    engine = factories.new_engine(database, clock)
    factories.open_city(engine)
    yield engine
    database.dispose()
