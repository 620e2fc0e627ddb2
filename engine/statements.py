"""Statements on the paths that everybody walks all day: built and compiled once, their rows as the driver has them."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, literal
from sqlalchemy.engine import Dialect

from engine.compiled import Compiled, Process, compiled
from engine.database import fetch

NOTHING: Mapping[str, Any] = MappingProxyType({})
ONE = literal(1, literal_execute=True)
"""For LIMIT 1, written out: where PostgreSQL does not know how many rows are wanted, it plans for a tenth of all."""


class Statement:
    """One with rows as its answer, compiled once for each database and each length of its lists.

    Parameters are given by name.
    """

    def __init__(self, statement: Any, *columns: str) -> None:
        """`columns`: of an INSERT, those that are given."""
        made = statement.compile(column_keys=columns or None)
        self._statement = statement
        self._columns = columns
        self._lists = [name for name, one in made.binds.items() if one.expanding]
        names = [entry.keyname for entry in made._result_columns]
        self._row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self._compiled: dict[tuple[Any, ...], Compiled] = {}
        self._processed: dict[str, list[tuple[int, Process]]] = {}

    def all(self, connection: Connection, values: Mapping[str, Any] = NOTHING) -> list[Any]:
        """Its rows: tuples with the columns' names. Raises DBAPIError as `connection.execute` does."""
        dialect = connection.dialect
        key = (dialect.name, *(len(values[name]) for name in self._lists))
        if key not in self._compiled:
            self._compile(key, dialect, values)
        rows = fetch(connection, *self._compiled[key].sent(values))
        if processed := self._processed[dialect.name]:
            return [self._row._make(_through(row, processed)) for row in rows]
        return [self._row._make(row) for row in rows]

    def one(self, connection: Connection, values: Mapping[str, Any] = NOTHING) -> Any:
        """The row of a statement that finds exactly one."""
        [row] = self.all(connection, values)
        return row

    def one_or_none(self, connection: Connection, values: Mapping[str, Any] = NOTHING) -> Any:
        """The row of a statement that finds one at most."""
        [row] = self.all(connection, values) or [None]
        return row

    def scalar(self, connection: Connection, values: Mapping[str, Any] = NOTHING) -> Any:
        """The first value of the only row."""
        return self.one(connection, values)[0]

    def _compile(self, key: tuple[Any, ...], dialect: Dialect, values: Mapping[str, Any]) -> None:
        made = self._statement.compile(dialect=dialect, column_keys=self._columns or None)
        found = [entry.type.dialect_impl(dialect).result_processor(dialect, None) for entry in made._result_columns]
        self._processed[dialect.name] = [(at, process) for at, process in enumerate(found) if process is not None]
        self._compiled[key] = compiled(made, dialect, values)


def _through(row: tuple[Any, ...], processed: list[tuple[int, Process]]) -> list[Any]:
    values = list(row)
    for at, process in processed:
        values[at] = process(values[at])
    return values
