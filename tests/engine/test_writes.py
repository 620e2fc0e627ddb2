"""Writes sent together: in the order in which they were added, whatever the database makes of several at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, select

from engine.database import Database
from engine.writes import ROWS, TOGETHER, Writes, changed, insert_of, update_of
from tests.engine.statements import counted

METADATA = MetaData()
KEYED = Table("keyed", METADATA, Column("id", String(20), primary_key=True), Column("name", String(20)))
NUMBERED = Table("numbered", METADATA, Column("id", Integer, primary_key=True), Column("name", String(20)))
OTHER = Table("other", METADATA, Column("id", Integer, primary_key=True), Column("name", String(20)))
NEW, RENAMED = insert_of(KEYED, "id", "name"), update_of(KEYED, "name")
NEXT, LATER = insert_of(NUMBERED, "name"), insert_of(OTHER, "name")


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as connection:
        METADATA.create_all(connection)  # rolled back with the transaction
        yield connection


@pytest.fixture
def writes(connection: Connection) -> Writes:
    return Writes(connection)


def names(connection: Connection, table: Table) -> list[str]:
    return list(connection.scalars(select(table.c.name).order_by(table.c.id)))


def test_what_is_sent_as_one_is_all_there(database: Database, connection: Connection, writes: Writes) -> None:
    writes.add(NEW, {"id": "a", "name": "one"})
    writes.add(NEXT, {"name": "first"})
    writes.add(LATER, {"name": "other"})
    with counted(database) as sent:
        writes.send()
    assert len(sent) == (3 if database.is_sqlite else 1), sent
    assert (names(connection, KEYED), names(connection, NUMBERED), names(connection, OTHER)) == (
        ["one"],
        ["first"],
        ["other"],
    )
    with counted(database) as sent:
        writes.send()  # nothing is left
    assert sent == []


def test_a_row_that_is_written_twice_ends_as_the_last_says(connection: Connection, writes: Writes) -> None:
    writes.add(NEW, {"id": "a", "name": "one"})
    writes.add(RENAMED, changed("a", {"name": "two"}))
    writes.add(NEXT, {"name": "between"})
    writes.add(RENAMED, changed("a", {"name": "three"}))
    writes.send()
    assert names(connection, KEYED) == ["three"]


def test_rows_that_the_database_numbers_are_numbered_in_order(connection: Connection, writes: Writes) -> None:
    for number in range(3 * TOGETHER):
        writes.add(NEXT, {"name": f"n{number:02}"})
        if number % 3 == 0:
            writes.add(LATER, {"name": f"o{number:02}"})
    writes.send()
    assert names(connection, NUMBERED) == [f"n{number:02}" for number in range(3 * TOGETHER)]
    assert names(connection, OTHER) == [f"o{number:02}" for number in range(0, 3 * TOGETHER, 3)]


@pytest.mark.parametrize(("rows", "statements"), [(1, 1), (2, 1), (ROWS, 1), (ROWS + 1, 2), (3 * ROWS, 3)])
def test_rows_of_one_kind_are_one_insert(
    rows: int, statements: int, database: Database, connection: Connection, writes: Writes
) -> None:
    for number in range(rows):
        writes.add(NEXT, {"name": f"n{number:03}"})
    with counted(database) as sent:
        writes.send()
    assert len(sent) == statements
    assert names(connection, NUMBERED) == [f"n{number:03}" for number in range(rows)]


def test_many_statements_go_in_groups(database: Database, connection: Connection, writes: Writes) -> None:
    for number in range(2 * TOGETHER + 1):  # updates are never put together as rows
        writes.add(RENAMED, changed(f"k{number}", {"name": "x"}))
    with counted(database) as sent:
        writes.send()
    assert len(sent) == (2 * TOGETHER + 1 if database.is_sqlite else 3)
