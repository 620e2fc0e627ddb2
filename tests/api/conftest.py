"""The town behind the doors, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import ManualClock
from tests import databases
from tests.api.town import Town, build_town
from tests.conftest import T0


@pytest.fixture
def town(database_url: str, clock: ManualClock, tmp_path: Path) -> Iterator[Town]:
    """Fresh for each test, once on each database."""
    town = build_town(database_url, clock, tmp_path / "files")
    yield town
    town.engine.database.dispose()


@pytest.fixture(scope="session")
def quiet_town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Shared, on SQLite, for tests that change nothing others look at."""
    folder = tmp_path_factory.mktemp("town")
    url = databases.sqlite_copy(sqlite_template, folder)
    town = build_town(url, ManualClock(T0), folder / "files")
    yield town
    town.engine.database.dispose()
