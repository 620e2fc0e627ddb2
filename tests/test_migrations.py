"""The migrations lead to the very tables that the models declare, on both databases."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from engine.database import Database
from engine.models import Base, HistoryEvent
from migrations.declared import is_declared
from migrations.upgrade import is_current
from tests.conftest import T0


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
