"""Rows that a command writes at its end: statements built and compiled once, kept in order, sent together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, FromClause, bindparam, insert, update
from sqlalchemy.engine import Dialect

from engine.compiled import Compiled, compiled
from engine.database import Sent, send_together

KEY = "row_id"
"""Parameter of an UPDATE: the id of its row."""


class Write:
    """An INSERT or UPDATE without an answer, compiled once for each database. Every parameter is given by name."""

    def __init__(self, statement: Any, columns: Sequence[str] | None = None) -> None:
        """`columns`: of an INSERT, those that are given; a column with a default of Python's must be among them."""
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, Compiled] = {}

    def sent(self, dialect: Dialect, values: Mapping[str, Any]) -> Sent:
        """The statement as the driver takes it."""
        if dialect.name not in self._compiled:
            made = self._statement.compile(dialect=dialect, column_keys=self._columns)
            if made.insert_prefetch or made.update_prefetch:
                raise ValueError(f"{made}: a column with a default must be given")
            self._compiled[dialect.name] = compiled(made, dialect, values)
        return self._compiled[dialect.name].sent(values)


def insert_of(table: Any, *columns: str) -> Write:
    """Inserts one row with just these columns."""
    return Write(insert(table).inline(), columns)


def update_of(table: FromClause, *columns: str, **constants: Any) -> Write:
    """Sets these columns of the row whose id is given as KEY, and others to what they always become."""
    target: Any = table
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    return Write(update(target).where(table.c.id == bindparam(KEY)).values(**new, **constants))


def changed(row_id: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of an `update_of`."""
    return {KEY: row_id, **{f"new_{name}": value for name, value in values.items()}}


class Writes:
    """What a command has written so far and the database has not seen yet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pending: list[tuple[Write, Mapping[str, Any]]] = []

    def add(self, write: Write, values: Mapping[str, Any]) -> None:
        self._pending.append((write, values))

    def send(self) -> None:
        """In the order in which they were added. Whoever must read one of these rows sends first."""
        pending, self._pending = self._pending, []
        dialect = self._connection.dialect
        send_together(self._connection, [write.sent(dialect, values) for write, values in pending])
