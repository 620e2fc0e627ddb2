"""Where the tokens of a ticket stand in its diagrams, and what each of its instances knows at present."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, select

from engine.definitions import Definitions
from engine.models import ProcessDefinition, ProcessInstance
from engine.spiff.behaviour import Behaviour
from engine.spiff.execution import Execution

_instance, _definition = ProcessInstance.__table__, ProcessDefinition.__table__


@dataclass(frozen=True)
class InstanceTokens:
    """One running instance of a ticket."""

    instance_id: int
    process_key: str
    elements: tuple[str, ...]  # ids, in the order of the tree, each once; sub-processes that run are among them
    data: dict[str, Any]  # what its main line knows


def tokens(connection: Connection, definitions: Definitions, root_id: int) -> list[InstanceTokens]:
    """Of every running instance, the ticket's own first. The caller has checked that the case may be seen."""
    columns = (_instance.c.id, _instance.c.definition_id, _instance.c.execution, _definition.c.key)
    query = select(*columns).join(_definition, _definition.c.id == _instance.c.definition_id)
    running = query.where(_instance.c.root_id == root_id, _instance.c.execution.is_not(None))
    found = []
    for row in connection.execute(running.order_by(_instance.c.id)):
        specification = definitions.specification(connection, row.definition_id)
        execution = Execution.load(specification, row.execution, cast(Behaviour, None))
        found.append(InstanceTokens(row.id, row.key, tuple(execution.places()), execution.present()))
    return found
