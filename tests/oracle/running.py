"""Runs the machine: so many runs of so many steps, with a seed that repeats them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from engine.database import Database
from tests import databases
from tests.oracle.machine import Instances

STEPS = 50


def sqlite_copies(template: Path, folder: Path) -> Callable[[], str]:
    """Gives the URL of an empty, migrated file again and again."""
    numbers = count()

    def copy() -> str:
        inside = folder / str(next(numbers))
        inside.mkdir()
        return databases.sqlite_copy(template, inside)

    return copy


@contextmanager
def emptied(url: str) -> Iterator[Callable[[], str]]:
    """The same PostgreSQL database, emptied each time."""
    database = Database(url)

    def again() -> str:
        databases.empty(database)
        return url

    yield again
    database.dispose()


def compare(new_database: Callable[[], str], runs: int, number: int) -> int:
    """How many steps were taken. Raises AssertionError with the smallest drawing and steps that show a difference."""
    taken = count()

    class Here(Instances):
        def one_more(self) -> None:
            next(taken)

    Here.new_database = staticmethod(new_database)
    chosen = settings(
        max_examples=runs,
        stateful_step_count=STEPS + 1,  # the first one draws
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
    )
    run_state_machine_as_test(seed(number)(Here), settings=chosen)
    return next(taken)
