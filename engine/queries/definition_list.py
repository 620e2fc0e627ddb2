"""流程: published definitions and their versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, FromClause, select

from engine import nouns
from engine.authorization import ENGINE, Actor
from engine.errors import NotFound
from engine.models import Organisation, ProcessDefinition
from engine.queries.paging import Page, read_newest

_table = ProcessDefinition.__table__


@dataclass(frozen=True)
class DefinitionItem:
    """One published version. `published_at` is UTC."""

    id: int
    organisation: str  # the client's key
    key: str
    version: int
    name: str
    sha256: str
    published_at: datetime


def definition_list(
    connection: Connection, actor: Actor, *, key: str | None = None, after: str | None = None, limit: int = 20
) -> Page[DefinitionItem]:
    """Versions of the actor's own organisation, newest first; the engine itself sees all."""
    query = versions(_table, actor)
    if key:
        query = query.where(_table.c.key == key)
    return read_newest(connection, query, _table.c.id, after, limit, DefinitionItem)


def definition_content(connection: Connection, actor: Actor, definition_id: int) -> bytes:
    """The bytes as they were published. Raises NotFound."""
    found = connection.execute(versions(_table, actor).where(_table.c.id == definition_id)).one_or_none()
    if found is None:
        raise NotFound(what=nouns.DEFINITION)
    content: bytes = connection.execute(select(_table.c.content).where(_table.c.id == definition_id)).scalar_one()
    return content


def versions(table: FromClause, actor: Actor) -> Any:
    """The columns of DefinitionItem out of a table of published files, of those that the actor may see."""
    organisation = Organisation.__table__
    columns = (table.c.id, organisation.c.key, table.c.key, table.c.version, table.c.name, table.c.sha256)
    query = select(*columns, table.c.published_at).join(organisation, organisation.c.id == table.c.organisation_id)
    return query if actor is ENGINE else query.where(table.c.organisation_id == actor.organisation_id)
