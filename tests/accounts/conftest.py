"""The small city for tests of signing in, on either database."""

from __future__ import annotations

import pytest

from engine.clock import ManualClock
from engine.database import Database
from tests.accounts.city import City
from tests.accounts.city import city as build_city


@pytest.fixture
def city(database: Database, clock: ManualClock) -> City:
    return build_city(database, clock)
