"""One published version of a process."""

from __future__ import annotations

from sqlalchemy import Connection

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import ProcessDefinition
from engine.queries.definition_list import DefinitionItem, versions


def definition_detail(connection: Connection, actor: Actor, definition_id: int) -> DefinitionItem:
    """Raises NotFound, also for a definition of another organisation."""
    query = versions(ProcessDefinition.__table__, actor).where(ProcessDefinition.id == definition_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(what=nouns.DEFINITION)
    return DefinitionItem(*row)
