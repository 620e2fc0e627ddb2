"""Every difference between SQLite and PostgreSQL: connecting, beginning, locking, which errors mean "run it again"."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from itertools import count
from typing import Any

import orjson
import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    QueuePool,
    StaticPool,
    create_engine,
    event,
    func,
    make_url,
)
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.connections import Ready

BUSY_TIMEOUT_MS = 20_000
POOL = {"pool_size": 20, "max_overflow": 20}
"""Connections of one engine at most; see `connections.MOST`."""
MEMORY_PAGES = 16_384
"""Of 4 KB: a database in memory grows to 64 MB at most."""
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

    def __init__(self, url: str, *, one_connection: bool = False) -> None:
        """`one_connection`: for a database in memory, which is gone with its connection."""
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.url.drivername == "postgresql":  # SQLAlchemy's default driver changed once: name ours
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.engine = _sqlite(self.url, one_connection) if self.is_sqlite else _postgresql(self.url)
        self.reading = self.engine if self.is_sqlite else _postgresql_reading(self.url)
        self.writing = self.engine.execution_options(signalbox_write=True)
        idle = _sqlite_idle if self.is_sqlite else _postgresql_idle
        self._to_read, self._to_write = Ready(self.reading, idle), Ready(self.writing, idle)
        self._write_lock = FairLock()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in a begun write transaction. Left without a commit, it is rolled back."""
        with self._write_lock if self.is_sqlite else nullcontext(), self._to_write.lent() as connection:
            connection.begin()
            yield connection

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for reading: on SQLite it never waits for a writer, on PostgreSQL it cannot write.

        On PostgreSQL each statement sees what is committed when it begins; see `as_at_one_moment`.
        """
        return self._to_read.lent()

    def dispose(self) -> None:
        self._to_read.close()
        self._to_write.close()
        self.engine.dispose()
        self.reading.dispose()


class MemoryDatabase(Database):
    """A SQLite database in memory. It is for one thread, which reads and writes by turns; it is gone when disposed."""

    def __init__(self, image: bytes = b"") -> None:
        """`image`: of another one, to begin as its copy."""
        super().__init__("sqlite://", one_connection=True)
        if image:
            with self._driver() as driver:
                driver.deserialize(image)
        with self._driver() as driver:
            driver.execute(f"PRAGMA max_page_count={MEMORY_PAGES}").close()

    def create(self, tables: MetaData) -> None:
        """Make the tables."""
        with self.engine.connect() as connection:
            tables.create_all(connection)
            connection.exec_driver_sql("COMMIT")

    def image(self) -> bytes:
        """All of it as bytes."""
        with self._driver() as driver:
            content: bytes = driver.serialize()
            return content

    @contextmanager
    def _driver(self) -> Iterator[Any]:
        lent = self.engine.raw_connection()
        try:
            yield lent.driver_connection
        finally:
            lent.close()


def is_full(error: DBAPIError) -> bool:
    """A database in memory, or the disk of a file, has no room left."""
    return getattr(error.orig, "sqlite_errorname", None) == "SQLITE_FULL"


def as_at_one_moment(connection: Connection) -> None:
    """Let all further statements of a fresh reading connection see the same moment, as on SQLite they always do."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")


_PLACES = re.compile(r"%([%s])")
Sent = tuple[str, tuple[Any, ...]]
"""A statement as the driver takes it, and its parameters."""


def fetch(connection: Connection, text: str, parameters: tuple[Any, ...]) -> list[Any]:
    """The rows of a statement as the driver has them. Raises DBAPIError as `connection.execute` does."""
    rows: list[Any] = _execute(connection, text, parameters, lambda cursor: cursor.fetchall())
    return rows


def send(connection: Connection, text: str, parameters: tuple[Any, ...]) -> None:
    """A statement without an answer. Raises DBAPIError as `connection.execute` does."""
    _execute(connection, text, parameters, lambda _: None)


def _execute(connection: Connection, text: str, parameters: tuple[Any, ...], answer: Callable[[Any], Any]) -> Any:
    """`answer`: what is taken from the cursor."""
    if connection.dialect.name == "sqlite":
        return answer(connection.exec_driver_sql(text, parameters))
    driver: Any = connection.connection.driver_connection
    try:
        with psycopg.RawCursor(driver) as cursor:
            return answer(cursor.execute(_numbered(text), parameters, prepare=True))
    except psycopg.Error as error:
        raise _told(connection, text, error) from error


@lru_cache(maxsize=2_000)
def _numbered(text: str) -> bytes:
    """A statement with its places as PostgreSQL counts them: the driver does not look for them at each execution."""
    numbers = count(1)
    return _PLACES.sub(lambda found: "%" if found[1] == "%" else f"${next(numbers)}", text).encode()


def _told(connection: Connection, text: str, error: psycopg.Error) -> Exception:
    """What SQLAlchemy makes of an error of the driver, without the parameters: these may be people's words.

    And what it does: a connection that is lost is thrown away, and with it the others that lie in the pool.
    """
    driver: Any = connection.connection.driver_connection
    lost = bool(driver.closed)
    if lost:
        connection.invalidate(error)
        connection.engine.dispose()
    told: Exception = DBAPIError.instance(
        text, None, error, psycopg.Error, dialect=connection.dialect, connection_invalidated=lost
    )
    return told


def local_day(dialect: str, instant: ColumnElement[Any]) -> ColumnElement[str]:
    """The calendar day of an instant in Shanghai, "2026-11-20". The city has had no summer time since 1991."""
    if dialect == "sqlite":
        return func.date(instant, "+8 hours")
    return func.to_char(func.timezone("Asia/Shanghai", instant), "YYYY-MM-DD")


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


def _sqlite(url: Any, one_connection: bool) -> Engine:
    pool: dict[str, Any] = {"poolclass": StaticPool} if one_connection else {"poolclass": QueuePool, **POOL}
    engine = create_engine(
        url,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        **pool,
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


def _sqlite_idle(driver: Any) -> bool:
    return not driver.in_transaction


def _postgresql_idle(driver: Any) -> bool:
    idle: bool = driver.pgconn.transaction_status == TransactionStatus.IDLE
    return idle


def _postgresql(url: Any, *options: str, **settings: Any) -> Engine:
    chosen = " ".join(f"-c {option}" for option in ("timezone=UTC", "lock_timeout=15000", *options))
    return create_engine(
        url,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        **POOL,
        pool_use_lifo=True,  # the connection used last has its statements prepared
        pool_pre_ping=True,
        connect_args={"options": chosen},
        **settings,
    )


def _postgresql_reading(url: Any) -> Engine:
    """Without transactions: a rollback would make the driver forget every prepared statement of the connection."""
    options = ("default_transaction_read_only=on",)
    return _postgresql(url, *options, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True)
