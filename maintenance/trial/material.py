"""What a trial takes over from an organisation: its processes, forms, decisions, policy pack and contract figures.

Everything published is immutable, so the ids say which it is; the bytes are read only when a world is built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, FromClause, func, select

from engine.models import DecisionDefinition, FormDefinition, ProcessDefinition
from maintenance.models import Contract, PackTable, PolicyPack
from maintenance.packs.load import shipped, shipped_tables

DEFAULT_PACK = "FC"

_process, _decision, _form = ProcessDefinition.__table__, DecisionDefinition.__table__, FormDefinition.__table__
_contract, _pack, _table = Contract.__table__, PolicyPack.__table__, PackTable.__table__


@dataclass(frozen=True)
class Material:
    """Which published versions hold for an organisation now. Two equal ones make the same world."""

    processes: tuple[int, ...]
    decisions: tuple[int, ...]
    forms: tuple[int, ...]
    pack_key: str
    pack_id: int | None  # None: none is published, the shipped one is taken
    overrides: str  # the figures of the organisation's newest contract: JSON

    def figures(self) -> dict[str, Any]:
        """As a contract has them."""
        found: dict[str, Any] = orjson.loads(self.overrides)
        return found


def material(connection: Connection, organisation_id: int, today: date) -> Material:
    """`today`: the organisation's local day, for the contract and the pack in force."""
    contract = select(_contract.c.pack_key, _contract.c.overrides).where(_contract.c.organisation_id == organisation_id)
    in_force = (_contract.c.starts_on <= today) & (_contract.c.ends_on >= today)
    row = connection.execute(contract.order_by(in_force.desc(), _contract.c.id.desc()).limit(1)).one_or_none()
    pack_key, overrides = (row.pack_key, row.overrides) if row is not None else (DEFAULT_PACK, {})
    pack = select(_pack.c.id).where(_pack.c.key == pack_key)
    newest = (_pack.c.valid_from <= today).desc(), _pack.c.valid_from.desc(), _pack.c.version.desc()
    return Material(
        _newest(connection, _process, organisation_id),
        _newest(connection, _decision, organisation_id),
        _newest(connection, _form, organisation_id),
        pack_key,
        connection.scalar(pack.order_by(*newest).limit(1)),
        orjson.dumps(overrides, option=orjson.OPT_SORT_KEYS).decode(),
    )


def processes(connection: Connection, material: Material) -> Sequence[Mapping[Any, Any]]:
    """The rows of the published processes."""
    query = select(_process).where(_process.c.id.in_(material.processes)).order_by(_process.c.id)
    return connection.execute(query).mappings().all()


def forms(
    connection: Connection, material: Material, processes: Sequence[Mapping[Any, Any]]
) -> Sequence[Mapping[Any, Any]]:
    """The rows of the published forms: the newest of each, and those that the processes pin."""
    pinned = {id_ for row in processes for id_ in row["forms"].values()}
    query = select(_form).where(_form.c.id.in_(pinned | set(material.forms))).order_by(_form.c.id)
    return connection.execute(query).mappings().all()


def decisions(connection: Connection, material: Material) -> list[bytes]:
    """The bytes of the published decision files, in the order in which they were published."""
    query = select(_decision.c.content).where(_decision.c.id.in_(material.decisions)).order_by(_decision.c.id)
    return list(connection.scalars(query))


def pack(connection: Connection, material: Material) -> tuple[bytes, tuple[bytes, ...]]:
    """The bytes of the policy pack and of its tables."""
    if material.pack_id is None:
        return shipped(material.pack_key), shipped_tables(material.pack_key)
    content: str = connection.execute(select(_pack.c.content).where(_pack.c.id == material.pack_id)).scalar_one()
    tables = select(_table.c.content).where(_table.c.pack_id == material.pack_id).order_by(_table.c.number)
    return content.encode(), tuple(connection.scalars(tables))


def _newest(connection: Connection, table: FromClause, organisation_id: int) -> tuple[int, ...]:
    """The newest version of each file: later versions have higher ids."""
    query = select(func.max(table.c.id)).where(table.c.organisation_id == organisation_id).group_by(table.c.key)
    return tuple(sorted(connection.scalars(query)))
