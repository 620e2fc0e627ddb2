"""合同: the contracts of an organisation, as client or as contractor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, or_, select
from sqlalchemy.orm import aliased

from engine.authorization import ENGINE, Actor
from engine.models import Organisation
from engine.queries.paging import Page, read_newest
from maintenance.models import Contract


@dataclass(frozen=True)
class ContractItem:
    """Days are local days of the client, both included."""

    id: int
    number: str
    name: str
    client: str  # key
    contractor: str  # key
    contractor_name: str
    pack_key: str
    overrides: dict[str, Any]
    starts_on: date
    ends_on: date


def contract_list(
    connection: Connection, actor: Actor, *, on: date | None = None, after: str | None = None, limit: int = 20
) -> Page[ContractItem]:
    """Newest first. `on`: only those that run on this day."""
    client, contractor = aliased(Organisation), aliased(Organisation)
    query = (
        select(
            *(Contract.id, Contract.number, Contract.name, client.key, contractor.key, contractor.name),
            *(Contract.pack_key, Contract.overrides, Contract.starts_on, Contract.ends_on),
        )
        .join(client, client.id == Contract.organisation_id)
        .join(contractor, contractor.id == Contract.contractor_id)
    )
    if actor is not ENGINE:
        mine = actor.organisation_id
        query = query.where(or_(Contract.organisation_id == mine, Contract.contractor_id == mine))
    if on is not None:
        query = query.where(Contract.starts_on <= on, Contract.ends_on >= on)
    return read_newest(connection, query, Contract.id, after, limit, ContractItem)
