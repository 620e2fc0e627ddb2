"""What can be put on trial: the bytes of a published version of a process, or of a design of one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import Design, ProcessDefinition
from engine.queries.definition_detail import definition_detail
from engine.queries.design_detail import design_content

PROCESS = "process"  # the kind of a design


@dataclass(frozen=True)
class TrialSubject:
    """A process as it is tried."""

    organisation_id: int
    key: str
    name: str
    version: int | None  # None: a design, which has none yet
    content: bytes


def published_subject(connection: Connection, actor: Actor, definition_id: int) -> TrialSubject:
    """Raises NotFound, also for a version of another organisation."""
    found = definition_detail(connection, actor, definition_id)
    table = ProcessDefinition.__table__
    query = select(table.c.organisation_id, table.c.content).where(table.c.id == found.id)
    row = connection.execute(query).one()
    return TrialSubject(row.organisation_id, found.key, found.name, found.version, row.content)


def design_subject(connection: Connection, actor: Actor, design_id: int) -> TrialSubject:
    """The bytes as they were saved last. Raises NotFound, also for what is no process."""
    design = Design.__table__
    found = design_content(connection, actor, design_id)
    if found.kind != PROCESS:
        raise NotFound(what=nouns.PROCESS)
    name: str = connection.execute(select(design.c.name).where(design.c.id == design_id)).scalar_one()
    return TrialSubject(found.organisation_id, found.key, name, None, found.content)
