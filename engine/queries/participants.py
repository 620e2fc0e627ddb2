"""参与单位: which organisations see a case beside its client, since when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import Organisation, Participant, ProcessInstance
from engine.visibility import visible


@dataclass(frozen=True)
class ParticipantItem:
    """One organisation. `since` is UTC."""

    organisation: str  # name
    reason: str  # raised, contract, task, clock
    since: datetime


def participants(connection: Connection, actor: Actor, instance_id: int) -> list[ParticipantItem]:
    """In the order of joining. Raises NotFound, also for a case the actor may not see."""
    root = ProcessInstance.__table__
    root_id = connection.scalar(select(root.c.root_id).where(root.c.id == instance_id, visible(root, actor)))
    if root_id is None:
        raise NotFound(what=nouns.CASE)
    return participants_of(connection, root_id)


def participants_of(connection: Connection, root_id: int) -> list[ParticipantItem]:
    """Of a case that the reader may see."""
    query = (
        select(Organisation.name, Participant.reason, Participant.since)
        .join(Participant, Participant.organisation_id == Organisation.id)
        .where(Participant.root_id == root_id)
        .order_by(Participant.since, Organisation.id)
    )
    return [ParticipantItem(*row) for row in connection.execute(query)]
