"""What lists of tickets may be filtered by: the contractors, processes and stages that this person has to do with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from engine.authorization import Actor
from engine.errors import Words
from engine.models import Organisation, ProcessDefinition, ProcessInstance
from maintenance.models import Contract, PolicyPack
from maintenance.packs.pinned import loaded

contract: Any = Contract.__table__
definition: Any = ProcessDefinition.__table__
pack: Any = PolicyPack.__table__


@dataclass(frozen=True)
class TicketChoices:
    """Key -> name; the stages in both languages, in the order of their packs."""

    contractors: dict[str, str]
    processes: dict[str, str]  # that tickets were started of
    stages: dict[str, Words]


def ticket_choices(connection: Connection, actor: Actor) -> TicketChoices:
    """By the contracts of the actor's organisation, as client or as contractor."""
    held = or_(contract.c.organisation_id == actor.organisation_id, contract.c.contractor_id == actor.organisation_id)
    return TicketChoices(_contractors(connection, held), _processes(connection, actor, held), stages(connection, held))


def stages(connection: Connection, held: ColumnElement[bool] | None = None) -> dict[str, Words]:
    """The stages of all versions of the contracts' packs; a later version names them. Without `held`: of all packs."""
    query = select(pack.c.content).order_by(pack.c.key, pack.c.version)
    if held is not None:
        query = query.where(pack.c.key.in_(select(contract.c.pack_key).where(held)))
    found: dict[str, Words] = {}
    for content in connection.scalars(query):
        found |= {key: Words(stage.zh, stage.en) for key, stage in loaded(content).stages.items()}
    return found


def _contractors(connection: Connection, held: ColumnElement[bool]) -> dict[str, str]:
    query = select(Organisation.key, Organisation.name).where(
        Organisation.id.in_(select(contract.c.contractor_id).where(held))
    )
    return {key: name for key, name in connection.execute(query.order_by(Organisation.name))}


def _processes(connection: Connection, actor: Actor, held: ColumnElement[bool]) -> dict[str, str]:
    root: Any = ProcessInstance.__table__
    started = exists().where(root.c.definition_id == definition.c.id, root.c.parent_id.is_(None))
    ours = or_(
        definition.c.organisation_id == actor.organisation_id,
        definition.c.organisation_id.in_(select(contract.c.organisation_id).where(held)),
    )
    query = select(definition.c.key, definition.c.name).where(ours, started).order_by(definition.c.version)
    return {key: name for key, name in connection.execute(query)}
