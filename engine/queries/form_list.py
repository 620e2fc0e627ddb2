"""表单: published forms and their versions."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.authorization import Actor
from engine.models import FormDefinition
from engine.queries.definition_list import DefinitionItem, versions

_table = FormDefinition.__table__


def newest_forms_list(connection: Connection, actor: Actor) -> list[DefinitionItem]:
    """The newest version of each form of the actor's own organisation, by name."""
    rows = connection.execute(versions(_table, actor).order_by(_table.c.version))
    newest = {(row[1], row[2]): DefinitionItem(*row) for row in rows}
    return sorted(newest.values(), key=lambda one: (one.name, one.key))
