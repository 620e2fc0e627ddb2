"""Instances against the oracle: people, workers, time and trouble at random, on both databases, and no difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests import databases
from tests.oracle.running import STEPS, compare, emptied, sqlite_copies

WHOLE_RUNS = 25  # each of four tests: 100 on each database
PART = 13  # runs of one seed; some of hypothesis's runs are shorter than they may be


@pytest.fixture(params=databases.KINDS)
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    if request.param == "sqlite":
        yield sqlite_copies(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    with emptied(request.getfixturevalue("postgresql_url")) as again:
        yield again


@pytest.mark.parametrize("number", range(4))
def test_instances_are_what_the_oracle_says(new_database: Callable[[], str], number: int) -> None:
    seeds = count(number * 1_000)
    taken = 0
    while taken < WHOLE_RUNS * STEPS:
        taken += compare(new_database, PART, next(seeds))
