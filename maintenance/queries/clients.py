"""For which client may this actor start cases: the own organisation, or one whose contract it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, exists, or_, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import Invalid, NotFound
from engine.models import Organisation
from maintenance.models import Contract

CLIENT = "client"


@dataclass(frozen=True)
class Client:
    """业主."""

    id: int
    key: str
    name: str


def startable_clients(connection: Connection, actor: Actor, today: date) -> list[Client]:
    """By name. A contract counts from its first day, also after its last: such repairs are charged, not refused.

    `today`: the client's local day.
    """
    organisation = Organisation.__table__
    holds_contract = exists().where(
        Contract.organisation_id == organisation.c.id,
        Contract.contractor_id == actor.organisation_id,
        Contract.starts_on <= today,
    )
    query = (
        select(organisation.c.id, organisation.c.key, organisation.c.name)
        .where(
            or_(and_(organisation.c.id == actor.organisation_id, organisation.c.kind == CLIENT), holds_contract),
        )
        .order_by(organisation.c.name, organisation.c.id)
    )
    return [Client(*row) for row in connection.execute(query)]


def client_to_start_for(connection: Connection, actor: Actor, key: str | None, today: date) -> Client:
    """The client of this key; without a key the own organisation, else the only client there is.

    Raises NotFound for a client the actor may not start for, Invalid when several could be meant.
    """
    clients = startable_clients(connection, actor, today)
    if key is not None:
        chosen = [client for client in clients if client.key == key]
    else:
        chosen = [client for client in clients if client.id == actor.organisation_id] or clients
    if not chosen:
        raise NotFound(what=nouns.CLIENT)
    if len(chosen) > 1:
        words = {"zh": "请指明业主单位。", "en": "Say for which client."}
        raise Invalid({"organisation": [{"code": "required", **words}]})
    return chosen[0]
