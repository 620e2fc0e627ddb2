"""The migrations lead to the very tables that the models declare, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError

from engine.database import Database
from engine.models import Base, HistoryEvent, ProcessInstance, Role
from maintenance.clocks.terms import ClockTerms
from maintenance.models import SlaClock
from migrations.declared import is_declared
from migrations.upgrade import is_current, upgrade
from tests.conftest import T0
from tests.databases import new_postgresql_database

FIRST = "0003"
"""The revision of the first release that anybody kept data in."""
TERMS = ClockTerms(
    *("respond", "响应", "respond", "报修", "report", timedelta(minutes=10), "elapsed", False, 0.8),
    *(timedelta(minutes=10), ("contractor_lead",), "FC 5.2"),
).as_dict()
KEPT: dict[str, dict[str, Any]] = {
    "organisation": {"kind": "client"},
    "process_definition": {},
    "process_instance": {"state": "active", "root_id": 1},
    "user_task": {"state": "open"},
    "job": {"state": "waiting"},
    "history_event": {},
    "sla_clock": {"state": "running", "terms": TERMS},
    "clock_event": {"kind": "started"},
}
"""Tables with a row in them, in the order of their references; columns that are not free."""


def test_migrations_and_models_agree(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_declared})
        assert compare_metadata(context, Base.metadata) == []
    assert is_current(database)


@pytest.mark.parametrize("change", ["UPDATE history_event SET command = 'x'", "DELETE FROM history_event"])
def test_history_refuses_to_be_changed(database: Database, change: str) -> None:
    row = {"at": T0, "actor_name": "engine", "command": "test", "facts": "[]", "hash": b"h" * 32}
    with database.writing.begin() as connection:
        connection.execute(insert(HistoryEvent).values(row))
    with pytest.raises(DBAPIError, match="append-only"), database.writing.begin() as connection:
        connection.execute(text(change))
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM history_event WHERE command = 'test'")) == 1


@pytest.fixture(params=["sqlite", "postgresql"])
def without_tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'old.sqlite'}")
        yield database
        database.dispose()
        return
    with new_postgresql_database(f"signalbox_old_{tmp_path.name.lower()}"[:60]) as url:
        database = Database(url)
        yield database
        database.dispose()


def test_rows_of_the_first_release_are_brought_along(without_tables: Database) -> None:
    """Tables that others refer to are changed beneath their rows; what was append-only still is."""
    database = without_tables
    upgrade(database, FIRST)
    with database.writing.begin() as connection:
        tables = MetaData()
        for name, given in KEPT.items():
            table = Table(name, tables, autoload_with=connection, resolve_fks=False)
            connection.execute(insert(table).values(_row(table) | given))
    upgrade(database)
    assert is_current(database)
    with database.read() as connection:
        for name in KEPT:
            assert connection.scalar(text(f'SELECT count(*) FROM "{name}"')) == 1  # noqa: S608
        assert connection.execute(select(ProcessInstance.id, ProcessInstance.root_id)).one() == (1, 1)
        judged = connection.execute(select(SlaClock.warn_at, SlaClock.gapped, SlaClock.clearable)).one()
        assert judged == (T0 + timedelta(minutes=8), False, False)
    for name in ("history_event", "clock_event"):
        with pytest.raises(DBAPIError, match="append-only"), database.writing.begin() as connection:
            connection.execute(text(f"DELETE FROM {name}"))  # noqa: S608
    with pytest.raises(DBAPIError), database.writing.begin() as connection:
        connection.execute(text("DELETE FROM process_instance"))  # references are kept again


def test_who_has_drawn_may_go_on_drawing(without_tables: Database) -> None:
    """Designs ask for a permission of their own since 0014."""
    database = without_tables
    upgrade(database, "0012")
    held = {"owner": ["definition.publish", "case.read"], "reader": ["definition.read"]}
    with database.writing.begin() as connection:
        for name, permissions in held.items():
            connection.execute(insert(Role).values(name=name, description=name, permissions=permissions))
    upgrade(database)
    with database.read() as connection:
        assert dict(connection.execute(select(Role.name, Role.permissions)).all()) == {
            "owner": ["case.read", "definition.edit", "definition.publish"],
            "reader": ["definition.read"],
        }


def _row(table: Table) -> dict[str, Any]:
    """A value for each column that must have one, by its type; ids are 1."""
    values: dict[type, Any] = {int: 1, str: "1", bytes: b"1", bool: True, datetime: T0, object: {}}
    return {
        column.name: values[column.type.python_type]
        for column in table.columns
        if column.primary_key or (not column.nullable and column.server_default is None)
    }
