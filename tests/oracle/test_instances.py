"""Instances against the oracle: people, workers, time and trouble at random, on both databases, and no difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from engine.database import Database
from tests import databases
from tests.oracle.machine import Instances

RUNS, STEPS = 100, 50  # on each database


@pytest.fixture(params=databases.KINDS)
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives an empty, migrated database again and again."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        count = iter(range(1_000_000))

        def copy() -> str:
            folder = tmp_path / str(next(count))
            folder.mkdir()
            return databases.sqlite_copy(template, folder)

        yield copy
        return
    url: str = request.getfixturevalue("postgresql_url")
    database = Database(url)

    def emptied() -> str:
        databases.empty(database)
        return url

    yield emptied
    database.dispose()


def test_instances_are_what_the_oracle_says(new_database: Callable[[], str]) -> None:
    class Here(Instances):
        pass

    Here.new_database = staticmethod(new_database)
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        ),
    )
