"""Connections that lie ready: taken out of SQLAlchemy's pool once, and not again for every use."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

REST_SECONDS = 1.0
"""How long a connection may rest and still be believed to live."""
MOST = 20
"""Connections that lie ready; what else comes back goes to the pool."""


class Ready:
    """Connections of one engine. The one used last goes out first: it has its statements prepared."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._resting: deque[tuple[Connection, float]] = deque()
        event.listen(engine, "invalidate", self._lost)

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """A connection without a transaction. What it has begun and not committed is rolled back."""
        connection = self._take()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._give(connection)

    def close(self) -> None:
        """Those that rest go back to the pool."""
        while (connection := self._pop()) is not None:
            connection[0].close()

    def _take(self) -> Connection:
        while (resting := self._pop()) is not None:
            connection, since = resting
            if time.monotonic() - since < REST_SECONDS or self._lives(connection):
                return connection
        return self._engine.connect()

    def _pop(self) -> tuple[Connection, float] | None:
        try:
            return self._resting.pop()
        except IndexError:
            return None

    def _give(self, connection: Connection) -> None:
        """One with settings of its own loses them in the pool."""
        if connection.in_transaction():
            connection.rollback()
        own = connection.get_execution_options() is not self._engine.get_execution_options()
        if own or connection.closed or connection.invalidated or len(self._resting) >= MOST:
            connection.close()
        else:
            self._resting.append((connection, time.monotonic()))

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
        while (resting := self._pop()) is not None:
            resting[0].invalidate()
            resting[0].close()
