"""Business fields in the database: their typed value as an expression, the same in lists and in the indexes of both."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Connection, Float, Text, insert, literal_column, select, text, update
from sqlalchemy.types import TypeEngine

from engine.models import BusinessField

FieldType = Literal["text", "number", "boolean"]
MAX_INDEXES = 64
"""In one database: every saved case keeps them up. Fields beyond it are filtered and sorted without an index."""

NOTHING: Mapping[str, Any] = {"text": "", "number": -math.inf, "boolean": ""}
"""How a case without a value of the declared type is sorted: before all others."""

_SQL = {
    ("sqlite", "text"): (
        "coalesce(CASE WHEN json_type({table}fields, '$.{name}') = 'text' "
        "THEN json_extract({table}fields, '$.{name}') END, '')"
    ),
    ("sqlite", "number"): (
        "coalesce(CASE WHEN json_type({table}fields, '$.{name}') IN ('integer', 'real') "
        "THEN json_extract({table}fields, '$.{name}') END, -9e999)"
    ),
    ("sqlite", "boolean"): (
        "coalesce(CASE WHEN json_type({table}fields, '$.{name}') IN ('true', 'false') "
        "THEN json_type({table}fields, '$.{name}') END, '')"
    ),
    ("postgresql", "text"): (
        "coalesce(CASE WHEN jsonb_typeof({table}fields -> '{name}') = 'string' "
        "THEN {table}fields ->> '{name}' END, '') COLLATE \"C\""
    ),
    ("postgresql", "number"): (
        "coalesce(CASE WHEN jsonb_typeof({table}fields -> '{name}') = 'number' "
        "THEN CAST({table}fields ->> '{name}' AS double precision) END, CAST('-Infinity' AS double precision))"
    ),
    ("postgresql", "boolean"): (
        "coalesce(CASE WHEN jsonb_typeof({table}fields -> '{name}') = 'boolean' "
        "THEN {table}fields ->> '{name}' END, '') COLLATE \"C\""
    ),
}
"""What a list compares must be written as the index is, letter by letter: so it holds no bound parameters.

A text is compared by its bytes on both databases, a number as a 64-bit float, a truth value as "true" or "false".
"""

_KINDS: Mapping[str, TypeEngine[Any]] = {"text": Text(), "number": Float(), "boolean": Text()}


def is_safe(name: str) -> bool:
    """Whether a name may stand in SQL: letters, digits and underscores have no meaning there."""
    return name.isidentifier() and len(name) <= 60


def field_value(dialect: str, name: str, type: FieldType) -> ColumnElement[Any]:
    """The field of the case that is called `process_instance` in the query. Raises ValueError for an unsafe name."""
    return literal_column(_sql(dialect, name, type, "process_instance."), _KINDS[type])


def declare_fields(connection: Connection, organisation_id: int, key: str, types: Mapping[str, str]) -> None:
    """Note what a published process declares, and give each field an index while there is room."""
    table = BusinessField.__table__
    of_process = (table.c.organisation_id == organisation_id, table.c.process_key == key)
    known = {row.name: row.type for row in connection.execute(select(table.c.name, table.c.type).where(*of_process))}
    for name, type in types.items():
        values = {"organisation_id": organisation_id, "process_key": key, "name": name, "type": type}
        if name not in known:
            connection.execute(insert(BusinessField).values(values))
        elif known[name] != type:
            connection.execute(update(BusinessField).where(*of_process, table.c.name == name).values(type=type))
        if known.get(name) != type:
            _index(connection, name, cast(FieldType, type))


def index_name(name: str, type: FieldType) -> str:
    return f"ix_field_{type}_{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _index(connection: Connection, name: str, type: FieldType) -> None:
    """One index serves equal names of all processes."""
    dialect, wanted = connection.dialect.name, index_name(name, type)
    listing = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix_field_%'",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix_field_%'",
    }
    there = set(connection.scalars(text(listing[dialect])))
    if wanted in there or len(there) >= MAX_INDEXES:
        return
    expression = _sql(dialect, name, type, "")
    connection.exec_driver_sql(f"CREATE INDEX {wanted} ON process_instance (({expression}), id)")


def _sql(dialect: str, name: str, type: FieldType, table: str) -> str:
    if not is_safe(name):
        raise ValueError(f"{name!r} may not stand in SQL")
    return f"({_SQL[dialect, type].format(table=table, name=name)})"
