"""One published version of a process."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.authorization import Actor
from engine.errors import NotFound
from engine.queries.definition_list import DefinitionItem, definition_list
from engine.queries.paging import encode


def definition_detail(connection: Connection, actor: Actor, definition_id: int) -> DefinitionItem:
    """Raises NotFound, also for a definition of another organisation."""
    newest = definition_list(connection, actor, after=encode(definition_id + 1), limit=1).items
    if not newest or newest[0].id != definition_id:
        raise NotFound(what="流程定义")
    return newest[0]
