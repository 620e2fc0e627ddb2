"""Rows that a command writes at its end: statements built and compiled once, kept in order, sent together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, FromClause, bindparam, insert, update
from sqlalchemy.engine import Dialect

from engine.compiled import Compiled, compiled
from engine.database import Sent, send

KEY = "row_id"
"""Parameter of an UPDATE: the id of its row."""
TOGETHER = 8
"""Statements that PostgreSQL gets as one; more would make too many different texts of it."""
ROWS = 50
"""Rows of one INSERT at most: for the same reason."""


class Write:
    """An INSERT or UPDATE without an answer, compiled once for each database. Every parameter is given by name."""

    def __init__(self, statement: Any, columns: Sequence[str] | None = None) -> None:
        """`columns`: of an INSERT, those that are given; a column with a default of Python's must be among them."""
        self.table = statement.table.name
        self.takes_rows = bool(columns)
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, Compiled] = {}

    def sent(self, dialect: Dialect, rows: Sequence[Mapping[str, Any]]) -> Sent:
        """The statement as the driver takes it; an INSERT may have several rows."""
        if dialect.name not in self._compiled:
            made = self._statement.compile(dialect=dialect, column_keys=self._columns)
            self._compiled[dialect.name] = compiled(made, dialect, rows[0])
        [text, parameters], *more = [self._compiled[dialect.name].sent(row) for row in rows]
        if not more:
            return text, parameters
        row = text[text.rindex("VALUES ") + len("VALUES ") :]
        return text + f", {row}" * len(more), tuple(chain(parameters, *(others for _, others in more)))


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


Pending = tuple[Write, list[Mapping[str, Any]]]


@lru_cache(maxsize=500)
def _as_one(texts: tuple[str, ...]) -> str:
    """Statements as one: all but the last stand in front of it. Each sees the rows as they were before all of them."""
    *parts, last = texts
    return f"WITH {', '.join(f'w{at} AS ({text})' for at, text in enumerate(parts))} {last}" if parts else last


class Writes:
    """What a command has written so far and the database has not seen yet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pending: list[Pending] = []

    def add(self, write: Write, values: Mapping[str, Any]) -> None:
        last, rows = self._pending[-1] if self._pending else (None, [])
        if last is write and write.takes_rows and len(rows) < ROWS:
            rows.append(values)
        else:
            self._pending.append((write, [values]))

    def send(self) -> None:
        """In the order in which they were added. Whoever must read one of these rows sends first."""
        pending, self._pending = self._pending, []
        dialect = self._connection.dialect
        for together in _groups(pending, 1 if dialect.name == "sqlite" else TOGETHER):
            texts, parameters = zip(*[write.sent(dialect, rows) for write, rows in together], strict=True)
            send(self._connection, _as_one(texts), tuple(chain.from_iterable(parameters)))


def _groups(pending: Sequence[Pending], size: int) -> Iterator[Sequence[Pending]]:
    """At most so many at a time, and never two for one row or two that let the database number their rows.

    Of statements sent as one neither sees what the other does, and nobody knows which is done first.
    """
    begin, taken = 0, set[tuple[Any, Any]]()
    for at, (write, rows) in enumerate(pending):
        touched = {(write.table, row.get(KEY, row.get("id"))) for row in rows}
        if at - begin == size or touched & taken:
            yield pending[begin:at]
            begin, taken = at, set()
        taken |= touched
    if begin < len(pending):
        yield pending[begin:]
