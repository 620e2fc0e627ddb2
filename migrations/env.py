"""Alembic's entry: every run works on a connection of our Database, as one write transaction."""

from __future__ import annotations

from contextlib import nullcontext

from alembic import context
from flask import current_app
from sqlalchemy import Connection

import accounts.models  # noqa: F401
import maintenance.models  # noqa: F401
from engine.models import Base
from migrations.declared import is_declared
from migrations.upgrade import changing_tables


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_object=is_declared,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
opened = nullcontext(given) if given else changing_tables(current_app.extensions["signalbox"].engine.database)
with opened as connection:
    migrate(connection)
