"""For which client may this actor start cases: the own organisation, or one whose contract it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, Connection, and_, bindparam, exists, or_, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import Invalid, NotFound
from engine.models import Organisation
from engine.statements import Statement
from maintenance.models import Contract

CLIENT = "client"


@dataclass(frozen=True)
class Client:
    """业主."""

    id: int
    key: str
    name: str


_organisation, _contract = Organisation.__table__, Contract.__table__
_own: BindParameter[int] = bindparam("organisation_id")
_holds_contract = exists().where(
    _contract.c.organisation_id == _organisation.c.id,
    _contract.c.contractor_id == _own,
    _contract.c.starts_on <= bindparam("today"),
)
_STARTABLE = Statement(
    select(_organisation.c.id, _organisation.c.key, _organisation.c.name)
    .where(or_(and_(_organisation.c.id == _own, _organisation.c.kind == CLIENT), _holds_contract))
    .order_by(_organisation.c.name, _organisation.c.id)
)


def startable_clients(connection: Connection, actor: Actor, today: date) -> list[Client]:
    """By name. A contract counts from its first day, also after its last: such repairs are charged, not refused.

    `today`: the client's local day.
    """
    asked = {"organisation_id": actor.organisation_id, "today": today}
    return [Client(*row) for row in _STARTABLE.all(connection, asked)]


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
