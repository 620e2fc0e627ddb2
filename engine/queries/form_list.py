"""表单: published forms, and designs of processes that show one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.authorization import Actor
from engine.design_rows import own
from engine.models import Design, FormDefinition, User
from engine.process_versions import PROCESS
from engine.published_forms import steps_showing
from engine.queries.definition_list import DefinitionItem, versions

_table = FormDefinition.__table__
MAX_VERSIONS = 50


def newest_forms_list(connection: Connection, actor: Actor) -> list[DefinitionItem]:
    """The newest version of each form of the actor's own organisation, by name."""
    rows = connection.execute(versions(_table, actor).order_by(_table.c.version))
    newest = {(row[1], row[2]): DefinitionItem(*row) for row in rows}
    return sorted(newest.values(), key=lambda one: (one.name, one.key))


@dataclass(frozen=True)
class FormVersion:
    """One published version. `published_at` is UTC."""

    id: int
    version: int
    published_at: datetime
    published_by: str | None  # display name; None: the engine itself
    sha256: str
    content: bytes


def form_versions(connection: Connection, actor: Actor, key: str) -> list[FormVersion]:
    """The newest MAX_VERSIONS of a form of the actor's own organisation, newest first."""
    columns = (
        _table.c.id,
        _table.c.version,
        _table.c.published_at,
        User.display_name,
        _table.c.sha256,
        _table.c.content,
    )
    query = select(*columns).outerjoin(User, User.id == _table.c.published_by)
    mine = query.where(_table.c.organisation_id == actor.organisation_id, _table.c.key == key)
    rows = connection.execute(mine.order_by(_table.c.version.desc()).limit(MAX_VERSIONS))
    return [FormVersion(*row) for row in rows]


@dataclass(frozen=True)
class DesignName:
    """An open design of a process."""

    id: int
    revision: int
    name: str


def designs_showing(connection: Connection, actor: Actor, form_key: str) -> list[DesignName]:
    """Open designs of processes that show the form and are in no release, newest first."""
    table = Design.__table__
    columns = (table.c.id, table.c.revision, table.c.name, table.c.content)
    free = (table.c.kind == PROCESS, table.c.ended_at.is_(None), table.c.release_id.is_(None), own(table, actor))
    rows = connection.execute(select(*columns).where(*free).order_by(table.c.id.desc()))
    return [DesignName(row.id, row.revision, row.name) for row in rows if form_key in steps_showing(row.content)]
