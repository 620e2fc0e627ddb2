"""流程、决策表: what an organisation has published, each key once with its newest version, and the cases that run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, FromClause, Select, func, select

from engine.authorization import Actor
from engine.models import DecisionDefinition, ProcessDefinition, ProcessInstance, User

MAX_KEYS = 200
"""How many keys a list shows."""
TABLES: dict[str, FromClause] = {"process": ProcessDefinition.__table__, "decision": DecisionDefinition.__table__}


@dataclass(frozen=True)
class PublishedKey:
    """The newest version of a key. `published_at` is UTC."""

    id: int
    key: str
    version: int
    name: str
    published_at: datetime
    published_by: str | None  # display name; None: the engine itself


@dataclass(frozen=True)
class PublishedVersion(PublishedKey):
    """One version, and how many cases it still runs."""

    running: int = 0


def published_list(connection: Connection, actor: Actor, kind: str) -> list[PublishedKey]:
    """Of the actor's organisation, by name, at most MAX_KEYS. `kind`: "process" or "decision"."""
    table = TABLES[kind]
    own = table.c.organisation_id == actor.organisation_id
    newest = select(table.c.key, func.max(table.c.version).label("version")).where(own).group_by(table.c.key).subquery()
    query = _columns(table).join(newest, (newest.c.key == table.c.key) & (newest.c.version == table.c.version))
    rows = connection.execute(query.where(own).order_by(table.c.name, table.c.key).limit(MAX_KEYS))
    return [PublishedKey(*row) for row in rows]


def version_list(connection: Connection, actor: Actor, kind: str, key: str) -> list[PublishedVersion]:
    """Every version of a key of the actor's organisation, newest first; none: there is no such key."""
    table = TABLES[kind]
    query = _columns(table).where(table.c.organisation_id == actor.organisation_id, table.c.key == key)
    rows = connection.execute(query.order_by(table.c.version.desc()).limit(MAX_KEYS)).all()
    running = _running(connection, [row.id for row in rows]) if kind == "process" else {}
    return [PublishedVersion(**row._mapping, running=running.get(row.id, 0)) for row in rows]


def running_cases(connection: Connection, actor: Actor) -> dict[str, int]:
    """Process key -> how many tickets of the actor's organisation are in progress, whatever their version."""
    case, definition = ProcessInstance.__table__, ProcessDefinition.__table__
    active = (case.c.organisation_id == actor.organisation_id, case.c.state == "active", case.c.parent_id.is_(None))
    query = select(definition.c.key, func.count()).join(definition, definition.c.id == case.c.definition_id)
    return {key: count for key, count in connection.execute(query.where(*active).group_by(definition.c.key))}


def _running(connection: Connection, ids: list[int]) -> dict[int, int]:
    case = ProcessInstance.__table__
    active = (case.c.definition_id.in_(ids), case.c.state == "active")
    query = select(case.c.definition_id, func.count()).where(*active).group_by(case.c.definition_id)
    return {id: count for id, count in connection.execute(query)}


def _columns(table: FromClause) -> Select[Any]:
    named = (table.c.id, table.c.key, table.c.version, table.c.name, table.c.published_at)
    return select(*named, User.display_name.label("published_by")).outerjoin(User, User.id == table.c.published_by)
