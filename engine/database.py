"""Every difference between SQLite and PostgreSQL: connecting, beginning, locking, which errors mean "run it again"."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

BUSY_TIMEOUT_MS = 20_000
POSTGRESQL_OUTAGES = frozenset({"08", "53", "57", "58"})  # classes: connection, resources, operator, system
QUERY_CANCELED = "57014"
SQLITE_OUTAGES = frozenset({"BUSY", "LOCKED", "FULL", "IOERR", "CANTOPEN", "NOMEM", "READONLY", "CORRUPT", "NOTADB"})


class FairLock:
    """A lock that is handed on in the order of asking: no writer starves."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Event] = deque()

    def acquire(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class Database:
    """One database with its two ways in: `write()` for commands, `read()` for screens."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.url.drivername == "postgresql":  # SQLAlchemy's default driver changed once: name ours
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        self.writing = self.engine.execution_options(signalbox_write=True)
        self._write_lock = FairLock()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in a begun write transaction. Left without a commit, it is rolled back."""
        if not self.is_sqlite:
            with self.writing.connect() as connection:
                connection.begin()
                yield connection
            return
        with self._write_lock, self.writing.connect() as connection:
            connection.begin()
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading: on SQLite it never waits for a writer."""
        with self.engine.connect() as connection:
            yield connection

    def dispose(self) -> None:
        self.engine.dispose()


def is_transient(error: DBAPIError) -> bool:
    """A lock, deadlock or serialization failure: the same command run again may pass."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in {"40001", "40P01", "55P03"}
    return isinstance(error, OperationalError) and "locked" in str(error.orig)


def is_conflict(error: DBAPIError) -> bool:
    """Somebody else was quicker: a lock, or a row that two wanted to be the only one. Run again, all is seen."""
    if is_transient(error):
        return True
    name = getattr(error.orig, "sqlite_errorname", None)
    unique = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
    return getattr(error.orig, "sqlstate", None) == "23505" or name in unique


def is_outage(error: DBAPIError) -> bool:
    """The database is busy, full, broken or away: not this command's fault, others fare no better now."""
    if is_transient(error) or error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state[:2] in POSTGRESQL_OUTAGES and state != QUERY_CANCELED
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return name.split("_")[1] in SQLITE_OUTAGES
    return isinstance(error, OperationalError)


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _sqlite(url: Any) -> Engine:
    engine = create_engine(
        url,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; the driver's own begins too late and loses updates
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("signalbox_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    @event.listens_for(engine, "checkin")
    def leave(connection: Any, _: Any) -> None:
        """A commit that fails leaves SQLite in its transaction, lock and all, and SQLAlchemy takes it for ended."""
        if connection is not None and connection.in_transaction:
            connection.rollback()

    return engine


def _postgresql(url: Any) -> Engine:
    return create_engine(
        url,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        pool_size=20,
        max_overflow=20,
        pool_pre_ping=True,
        connect_args={"options": "-c timezone=UTC -c lock_timeout=15000"},
    )
