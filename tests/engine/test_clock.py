"""Clocks: the database's own, and one that stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection

from engine.authorization import ENGINE
from engine.clock import ManualClock, SystemClock
from engine.commands.add_comment import add_comment
from engine.database import Database
from engine.unit_of_work import UnitOfWork
from tests.engine.drawings import ONE_STEP
from tests.engine.statements import counted
from tests.factories import actor, deploy, new_engine, open_city, open_ticket, told


def test_the_system_clock_asks_the_database(database: Database) -> None:
    with database.read() as connection, counted(database) as sent:
        now = SystemClock().now(connection)
    assert len(sent) == 1
    assert now.tzinfo is UTC
    here = datetime.now(UTC)
    assert abs(here - now) < timedelta(minutes=5)  # the test server's clock is this machine's


def test_the_time_stamps_of_a_case_only_grow(database: Database) -> None:
    engine = new_engine(database, SystemClock())
    open_city(engine)
    deploy(engine, ONE_STEP)
    ticket = open_ticket(engine, "one_step").instance_id
    for number in range(20):
        engine.run(add_comment, actor("clerk1"), ticket, f"{number}")
    stamps = [item.at for item in told(engine, ticket)]
    assert stamps == sorted(stamps)
    assert len(set(stamps)) > 1
    assert {stamp.tzinfo for stamp in stamps} == {UTC}


def test_within_a_command_the_system_clock_is_asked_once(database: Database) -> None:
    asked = []

    class Counting(SystemClock):
        def now(self, connection: Connection) -> datetime:
            asked.append(1)
            return super().now(connection)

    engine = new_engine(database, Counting())

    def stamp(uow: UnitOfWork) -> set[datetime]:
        uow.loose_fact("noted")
        return {uow.now, uow.now}

    assert len(engine.run(stamp, ENGINE)) == 1
    assert asked == [1]


def test_a_manual_clock_stands_still_until_it_is_moved() -> None:
    shanghai = timezone(timedelta(hours=8))
    clock = ManualClock(datetime(2026, 11, 20, 10, tzinfo=shanghai))
    assert clock.now() == clock.now() == datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.move_to(datetime(2026, 11, 20, 3, tzinfo=UTC))
    assert clock.now() == datetime(2026, 11, 20, 3, tzinfo=UTC)
    with pytest.raises(ValueError, match="aware"):
        clock.move_to(datetime(2026, 11, 20, 3))  # noqa: DTZ001
    with pytest.raises(ValueError, match="aware"):
        ManualClock(datetime(2026, 11, 20))  # noqa: DTZ001
