"""Connections that lie ready: nobody finds what the one before has left, and they never take the whole pool."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from engine import connections
from engine.database import Database, as_at_one_moment, fetch

ONE = text("SELECT 1")
MANY = 30  # at once; the pool has 40
JUDGED_AT_COMMIT = {
    True: (
        "PRAGMA defer_foreign_keys=ON",
        "INSERT INTO participant (root_id, organisation_id, since, reason) VALUES (7, 7, '2026-01-01', 'x')",
    ),
    False: (
        "CREATE TEMP TABLE one (n INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)",
        "INSERT INTO one VALUES (1), (1)",
    ),
}
"""SQLite or not -> statements that only COMMIT refuses."""


def resting(database: Database) -> list[Connection]:
    return [connection for ready in (database._to_read, database._to_write) for connection, _ in ready._resting]


def in_transaction(connection: Connection) -> bool:
    driver: Any = connection.connection.driver_connection
    return bool(driver.in_transaction if hasattr(driver, "in_transaction") else driver.info.transaction_status)


def test_the_same_connection_is_lent_again(database: Database) -> None:
    for way in (database.read, database.write):
        found = set()
        for _ in range(3):
            with way() as connection:
                connection.execute(ONE)
                found.add(id(connection.connection.driver_connection))
        assert len(found) == 1
    assert len(resting(database)) == 2


def test_what_was_lent_at_once_rests_only_in_part(database: Database) -> None:
    """Whoever asks the pool itself, as the sign-in does, still gets a connection."""
    met = Barrier(MANY)

    def read(_: int) -> None:
        with database.read() as connection:
            connection.execute(ONE)
            met.wait(20)

    with ThreadPoolExecutor(MANY) as threads:
        list(threads.map(read, range(MANY)))
    assert len(resting(database)) == connections.MOST
    database.engine.pool._timeout = 1.0  # type: ignore[attr-defined]
    for _ in range(2):
        with database.write() as one, database.engine.connect() as other:
            assert (one.scalar(ONE), other.scalar(ONE)) == (1, 1)


@pytest.mark.parametrize("way", ["read", "write"])
def test_a_use_that_fails_leaves_nothing(database: Database, way: str) -> None:
    def fail(error: type[BaseException]) -> None:
        with getattr(database, way)() as connection:
            connection.execute(ONE)
            raise error

    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error):
            fail(error)
    assert resting(database) == []


def test_settings_of_one_use_are_not_the_next_ones(database: Database) -> None:
    with database.read() as connection:
        as_at_one_moment(connection)
        fetch(connection, "SELECT 1", ())
    assert len(resting(database)) == database.is_sqlite  # where it needs no setting
    with database.read() as connection:
        connection.execute(ONE)
        assert in_transaction(connection) == database.is_sqlite


def test_a_transaction_that_began_past_sqlalchemy_does_not_rest(database: Database) -> None:
    """Locks, snapshot and time of it would rest with the connection."""
    with database.write() as connection:
        fetch(connection, "SELECT 1", ())
        connection.commit()
        fetch(connection, "SELECT 1", ())
    assert not any(in_transaction(connection) for connection in resting(database))
    with database.write() as connection:
        assert connection.scalar(ONE) == 1


def test_a_commit_that_failed_unseen_does_not_rest(database: Database) -> None:
    with database.write() as connection:
        for statement in JUDGED_AT_COMMIT[database.is_sqlite]:
            connection.exec_driver_sql(statement)
        with pytest.raises(DBAPIError, match=r"(?i)foreign key|unique"):
            connection.commit()
    assert resting(database) == []
    with database.write() as connection:
        assert connection.scalar(text("SELECT count(*) FROM participant")) == 0


def test_nothing_rests_after_the_end(database: Database) -> None:
    with database.read() as connection:
        connection.execute(ONE)
        database.dispose()
    assert resting(database) == []
    with database.read() as connection:  # it may begin again
        assert connection.scalar(ONE) == 1
    assert len(resting(database)) == 1
