"""What can be put on trial: the bytes of a published version of a process, or of a design of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import Design, ProcessDefinition
from engine.queries.definition_detail import definition_detail
from engine.queries.design_detail import design_content
from engine.release_rows import find_release, items_of

PROCESS = "process"  # the kind of a design
MOST = 50  # designs that are tried together with a process
_design = Design.__table__


@dataclass(frozen=True)
class TrialSubject:
    """A process as it is tried."""

    organisation_id: int
    key: str
    name: str
    version: int | None  # None: a design, which has none yet
    content: bytes
    beside: tuple[tuple[str, bytes], ...] = ()  # kind and bytes of designs that would be published with it


def published_subject(connection: Connection, actor: Actor, definition_id: int) -> TrialSubject:
    """Raises NotFound, also for a version of another organisation."""
    found = definition_detail(connection, actor, definition_id)
    table = ProcessDefinition.__table__
    query = select(table.c.organisation_id, table.c.content).where(table.c.id == found.id)
    row = connection.execute(query).one()
    return TrialSubject(row.organisation_id, found.key, found.name, found.version, row.content)


def design_subject(connection: Connection, actor: Actor, design_id: int) -> TrialSubject:
    """The bytes as they were saved last. Raises NotFound, also for what is no process."""
    found = design_content(connection, actor, design_id)
    if found.kind != PROCESS:
        raise NotFound(what=nouns.PROCESS)
    name: str = connection.execute(select(_design.c.name).where(_design.c.id == design_id)).scalar_one()
    beside = _unpublished(connection, found.organisation_id)
    return TrialSubject(found.organisation_id, found.key, name, None, found.content, beside)


def release_subjects(connection: Connection, actor: Actor, release_id: int) -> list[TrialSubject]:
    """The processes of a release as they were submitted, each with all else that is to be published with it.

    Raises NotFound.
    """
    organisation_id = find_release(connection, actor, release_id).organisation_id
    items = items_of(connection, release_id)
    return [
        TrialSubject(organisation_id, one.key, one.name, None, one.content, _others(items, one))
        for one in items
        if one.kind == PROCESS
    ]


def _others(items: Sequence[Row[Any]], one: Row[Any]) -> tuple[tuple[str, bytes], ...]:
    return tuple((item.kind, item.content) for item in items if item.design_id != one.design_id)


def _unpublished(connection: Connection, organisation_id: int) -> tuple[tuple[str, bytes], ...]:
    """Open designs of decisions and forms that a process on trial may already refer to: nothing of their key is out."""
    query = select(_design.c.kind, _design.c.content).where(
        _design.c.organisation_id == organisation_id,
        _design.c.ended_at.is_(None),
        _design.c.base_id.is_(None),
        _design.c.kind != PROCESS,
    )
    return tuple((row.kind, row.content) for row in connection.execute(query.order_by(_design.c.id).limit(MOST)))
