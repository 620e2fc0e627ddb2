"""Built specifications: one for all cases and threads of a version, and what is no longer installed is said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from engine.clock import ManualClock
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.definitions import PublishedDefinitionRefused
from engine.engine import Engine
from engine.errors import NotFound
from engine.spiff import builder
from tests.engine.drawings import ONE_STEP
from tests.engine.timed import Hand, begin, timed_engine
from tests.factories import CLIENT, actor, deploy, new_engine


def test_a_version_is_built_once_for_all_threads(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    definition = deploy(engine, ONE_STEP).definition_id
    built, original = [], builder.build

    def build(model: object, wordings: object) -> object:
        built.append(model)
        return original(model, wordings)  # type: ignore[arg-type]

    monkeypatch.setattr("engine.definitions.build", build)
    barrier = Barrier(4)

    def ask(_: int) -> int:
        with engine.read() as connection:
            barrier.wait()
            return id(engine.definitions.specification(connection, definition))

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
    assert len(built) == 1


def test_a_definition_that_is_none(engine: Engine) -> None:
    with engine.read() as connection, pytest.raises(NotFound):
        engine.definitions.specification(connection, 999)


def test_what_a_published_definition_needs_must_stay_installed(database: Database, clock: ManualClock) -> None:
    begin(timed_engine(database, clock, Hand()), "needs", "PT10M", "timeDuration")
    without = new_engine(database, clock)
    with pytest.raises(PublishedDefinitionRefused, match=r"test\.act"):
        without.run(start_instance, actor("clerk1"), CLIENT, "needs", {})
