"""Both databases: fair turns and no lost update on SQLite, readers that never wait, and errors worth another try."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.database import Database, FairLock, as_at_one_moment, is_outage, is_transient
from engine.models import UtcDateTime
from engine.unit_of_work import UnitOfWork
from tests.conftest import T0
from tests.factories import new_engine

WRITERS, ROUNDS = 8, 40


def count_up(uow: UnitOfWork) -> None:
    """Read, then write: the shape in which updates are lost."""
    lock = "" if uow.connection.dialect.name == "sqlite" else " FOR UPDATE"
    number = uow.connection.scalar(text(f"SELECT number FROM counter{lock}")) or 0  # noqa: S608
    uow.connection.execute(text("UPDATE counter SET number = :n"), {"n": number + 1})


@pytest.fixture
def counter(database: Database) -> Iterator[Database]:
    with database.writing.begin() as connection:
        connection.execute(text("CREATE TABLE counter (number INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    yield database
    with database.writing.begin() as connection:
        connection.execute(text("DROP TABLE counter"))


def test_eight_writers_lose_nothing(counter: Database, clock: ManualClock) -> None:
    """Two Database objects, as two processes have: the fair lock does not join them, the database must."""
    url = counter.url.render_as_string(hide_password=False)
    databases = [counter, Database(url)]
    engines = [new_engine(database, clock) for database in databases]
    barrier = Barrier(WRITERS)

    def write(number: int) -> None:
        barrier.wait()
        for _ in range(ROUNDS):
            engines[number % 2].run(count_up, ENGINE)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    with counter.read() as connection:
        assert connection.scalar(text("SELECT number FROM counter")) == WRITERS * ROUNDS
    databases[1].dispose()


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_is_committed(counter: Database) -> None:
    with counter.write() as writing, counter.read() as reading:
        writing.execute(text("UPDATE counter SET number = 7"))
        assert reading.scalar(text("SELECT number FROM counter")) == 0
        writing.commit()
    with counter.read() as reading:
        assert reading.scalar(text("SELECT number FROM counter")) == 7


def test_what_is_not_committed_is_rolled_back(counter: Database) -> None:
    with counter.write() as writing:
        writing.execute(text("UPDATE counter SET number = 7"))
    with counter.read() as reading:
        assert reading.scalar(text("SELECT number FROM counter")) == 0


def test_sqlite_is_set_for_evidence(sqlite_template: Path) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    with database.read() as connection:
        found = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}


def test_writers_begin_at_once_and_readers_later(sqlite_template: Path) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    said: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        said.append(statement)

    with database.read() as connection:
        connection.execute(text("SELECT 1"))
    with database.write() as connection:
        connection.execute(text("SELECT 2"))
    database.dispose()
    assert said == ["BEGIN", "SELECT 1", "BEGIN IMMEDIATE", "SELECT 2"]


def test_the_fair_lock_is_handed_on_in_the_order_of_asking() -> None:
    lock, order, queued = FairLock(), list[int](), list[threading.Thread]()

    def wait_for_my_turn(number: int) -> None:
        with lock:
            order.append(number)

    lock.acquire()
    for number in range(20):
        thread = threading.Thread(target=wait_for_my_turn, args=(number,))
        thread.start()
        while len(lock._waiting) != number + 1:
            pass
        queued.append(thread)
    assert order == []
    lock.release()
    for thread in queued:
        thread.join()
    assert order == list(range(20))
    with lock:  # free again
        pass


def test_the_fair_lock_is_released_by_an_error() -> None:
    lock = FairLock()
    with pytest.raises(ZeroDivisionError), lock:
        raise ZeroDivisionError
    lock.acquire()
    lock.release()


@pytest.mark.parametrize(
    ("state", "expected"),
    [("40001", True), ("40P01", True), ("55P03", True), ("23505", False), ("57014", False), ("53100", False)],
)
def test_which_errors_of_postgresql_may_pass_another_time(state: str, expected: bool) -> None:
    original = psycopg.errors.lookup(state)("x")
    assert original.sqlstate == state
    assert is_transient(DBAPIError("SELECT 1", {}, original)) is expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("database is locked", True),
        ("database table is locked", True),
        ("disk I/O error", False),
        ("database or disk is full", False),
    ],
)
def test_which_errors_of_sqlite_may_pass_another_time(message: str, expected: bool) -> None:
    assert is_transient(OperationalError("SELECT 1", {}, sqlite3.OperationalError(message))) is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("40P01", True),
        ("08006", True),
        ("53100", True),
        ("57P01", True),
        ("58030", True),
        ("57014", False),
        ("54000", False),
        ("23505", False),
        ("22001", False),
    ],
)
def test_which_errors_of_postgresql_are_outages(state: str, expected: bool) -> None:
    assert is_outage(DBAPIError("SELECT 1", {}, psycopg.errors.lookup(state)("x"))) is expected
    assert is_outage(DBAPIError("SELECT 1", {}, psycopg.errors.lookup(state)("x"), connection_invalidated=True))


def test_a_server_that_is_not_there_is_an_outage() -> None:
    database = Database("postgresql+psycopg://postgres@127.0.0.1:1/none")
    with pytest.raises(OperationalError) as refused, database.read() as connection:
        connection.execute(text("SELECT 1"))
    assert is_outage(refused.value)
    assert not is_transient(refused.value)
    database.dispose()


def test_which_errors_of_sqlite_are_outages(sqlite_template: Path) -> None:
    def error(url: str, statement: str) -> DBAPIError:
        database = Database(url)
        with pytest.raises(DBAPIError) as refused, database.read() as connection:
            connection.execute(text(statement))
        database.dispose()
        return refused.value

    assert is_outage(error("sqlite:////nowhere/at/all.sqlite", "SELECT 1"))
    assert not is_outage(error(f"sqlite:///{sqlite_template}", "SELECT nonsense"))
    assert not is_outage(error(f"sqlite:///{sqlite_template}", "INSERT INTO organisation (id) VALUES (1)"))


def test_a_deadlock_of_postgresql_is_seen_as_one_and_run_again(postgresql: Database, clock: ManualClock) -> None:
    """Two commands take two rows crosswise: one is chosen as the victim, run again, and both are done."""
    engine = new_engine(postgresql, clock)
    with postgresql.writing.begin() as connection:
        connection.execute(text("CREATE TABLE pair (id INTEGER PRIMARY KEY, number INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO pair VALUES (1, 0), (2, 0)"))
    both_hold, tries = Barrier(2), list[int]()

    def cross(uow: UnitOfWork, first: int, second: int) -> None:
        tries.append(first)
        add = text("UPDATE pair SET number = number + 1 WHERE id = :id")
        uow.connection.execute(add, {"id": first})
        if tries.count(first) == 1:
            both_hold.wait()
        uow.connection.execute(add, {"id": second})

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pair: engine.run(cross, ENGINE, *pair), [(1, 2), (2, 1)]))
    with postgresql.writing.begin() as connection:
        assert connection.execute(text("SELECT number FROM pair")).scalars().all() == [2, 2]
        connection.execute(text("DROP TABLE pair"))
    assert len(tries) == 3


def test_a_reading_connection_of_postgresql_cannot_write(postgresql: Database) -> None:
    with postgresql.read() as connection, pytest.raises(DBAPIError, match="read-only transaction"):
        connection.execute(text("DELETE FROM organisation"))


def test_reading_lets_postgresql_keep_its_prepared_statements(postgresql: Database) -> None:
    """The driver forgets them at each rollback, and every statement would be planned anew."""
    for _ in range(10):
        with postgresql.read() as connection:
            connection.execute(text("SELECT 1 AS asked_often"))
    with postgresql.read() as connection:
        kept = connection.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert kept == ["SELECT 1 AS asked_often"]


def test_a_walk_as_at_one_moment_sees_nothing_newer(counter: Database, clock: ManualClock) -> None:
    engine = new_engine(counter, clock)
    number = text("SELECT number FROM counter")
    with counter.read() as connection:
        as_at_one_moment(connection)
        assert connection.scalar(number) == 0
        engine.run(count_up, ENGINE)
        assert connection.scalar(number) == 0
    with counter.read() as connection:
        assert connection.scalar(number) == 1


def test_a_connection_that_died_while_it_rested_is_replaced(
    postgresql: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = text("SELECT pg_backend_pid()")
    for way in (postgresql.read, postgresql.write):
        with way() as connection:
            died = connection.scalar(own)
        with psycopg.connect(postgresql.url.set(drivername="postgresql").render_as_string(False)) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [died])
        monkeypatch.setattr("engine.connections.REST_SECONDS", 0.0)
        with way() as connection:
            assert connection.scalar(own) != died


def test_a_bare_postgresql_url_gets_our_driver() -> None:
    database = Database("postgresql://postgres@127.0.0.1:1/none")
    assert (database.url.drivername, database.is_sqlite) == ("postgresql+psycopg", False)
    database.dispose()


def test_times_are_stored_as_utc_and_come_back_aware(database: Database) -> None:
    column = UtcDateTime()
    with pytest.raises(ValueError, match="naive"):
        column.process_bind_param(T0.replace(tzinfo=None), database.engine.dialect)
    assert column.process_bind_param(None, database.engine.dialect) is None
    assert column.process_result_value(T0.replace(tzinfo=None), database.engine.dialect) == T0
