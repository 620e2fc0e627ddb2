"""Connections that lie ready: taken out of SQLAlchemy's pool once, and not again for every use."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

REST_SECONDS = 1.0
"""How long a connection may rest and still be believed to live."""
MOST = 10
"""Connections that one Ready lets rest. For the pool they are in use: it must hold more than rest in all its Readys."""

Resting = deque[tuple[Connection, float]]
"""Connections, and since when each rests."""


class Ready:
    """Connections of one engine. The one used last goes out first: it has its statements prepared."""

    def __init__(self, engine: Engine, idle: Callable[[Any], bool]) -> None:
        """`idle`: whether a connection of the driver is in no transaction. SQLAlchemy knows only what it was told."""
        self._engine = engine
        self._idle = idle
        self._resting = Resting()
        event.listen(engine, "invalidate", self._lost)

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """A connection without a transaction. What it has begun and not committed is rolled back."""
        resting = self._resting
        connection = self._take()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._give(connection, resting)

    def close(self) -> None:
        """Those that rest go back to the pool; those that are lent are closed when they come back."""
        resting, self._resting = self._resting, Resting()
        for connection, _ in resting:
            connection.close()

    def _take(self) -> Connection:
        while self._resting:
            try:
                connection, since = self._resting.pop()
            except IndexError:  # somebody else was quicker
                break
            if time.monotonic() - since < REST_SECONDS or self._lives(connection):
                return connection
        return self._engine.connect()

    def _give(self, connection: Connection, resting: Resting) -> None:
        """`resting`: where it was taken from."""
        if connection.in_transaction():
            connection.rollback()
        clean = self._is_as_it_came(connection)
        if clean and resting is self._resting and len(resting) < MOST:
            resting.append((connection, time.monotonic()))
            return
        if clean and resting is not self._resting:
            connection.detach()  # its pool was thrown away meanwhile
        connection.close()

    def _is_as_it_came(self, connection: Connection) -> bool:
        """Without a transaction, also a broken one or one begun past SQLAlchemy, and without settings of its own."""
        if connection.closed or connection.invalidated or connection.get_transaction() is not None:
            return False
        own = connection.get_execution_options() is not self._engine.get_execution_options()
        return not own and self._idle(connection.connection.driver_connection)

    def _lives(self, connection: Connection) -> bool:
        try:
            self._engine.dialect.do_ping(connection.connection.dbapi_connection)  # type: ignore[arg-type]
        except self._engine.dialect.loaded_dbapi.Error as error:
            connection.invalidate(error)
            connection.close()
            return False
        return True

    def _lost(self, *_: Any) -> None:
        """Where one was lost the others are probably lost, too."""
        resting, self._resting = self._resting, Resting()
        for connection, _since in resting:
            connection.invalidate()
            connection.close()
