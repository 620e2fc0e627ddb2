"""The pack that was pinned to a ticket, with its contract's own figures and its decision tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select

from engine.decisions.table import Decision
from engine.extensions import Context, DecisionSource
from maintenance.clocks.terms import ClockTerms
from maintenance.models import Contract, PackTable, PolicyPack, WorkOrder
from maintenance.packs.load import load
from maintenance.packs.pack import Pack
from maintenance.packs.resolve import resolve
from maintenance.packs.tables import compile_tables, figures

MEMO = "pack"


@dataclass(frozen=True)
class PinnedPack:
    """What judges one ticket, for ever."""

    pack: Pack
    decisions: Mapping[str, Decision]

    def terms(self, key: str, data: Mapping[str, Any]) -> ClockTerms | None:
        """By the ticket's data; None: no limit here. KeyError if the pack has no such stage."""
        return self.pack.terms(key, figures(self.pack, self.decisions, data))

    def limit(self, key: str, data: Mapping[str, Any]) -> timedelta | None:
        """The limit alone. KeyError if the pack has no such stage."""
        return self.pack.limit(key, figures(self.pack, self.decisions, data))


def pinned_pack(context: Context) -> PinnedPack | None:
    """Read once a command; None: the case is no work order."""
    if MEMO not in context.memo:
        context.memo[MEMO] = _read(context)
    found: PinnedPack | None = context.memo[MEMO]
    return found


def _find(context: Context, decision_id: str) -> Decision | None:
    """A rule task of a ticket asks the tables of its own pack first."""
    pinned = pinned_pack(context)
    return pinned.decisions.get(decision_id) if pinned is not None else None


def _ids(connection: Connection) -> frozenset[str]:
    """The tables of every published pack: which one a ticket gets, its contract says."""
    files = connection.scalars(select(PackTable.__table__.c.content))
    return frozenset(name for content in files for name in _compiled((content,)))


def _read(context: Context) -> PinnedPack | None:
    order, pack, contract = WorkOrder.__table__, PolicyPack.__table__, Contract.__table__
    row = context.connection.execute(
        select(pack.c.id, pack.c.content, contract.c.overrides)
        .select_from(
            order.join(pack, pack.c.id == order.c.pack_id).join(contract, contract.c.id == order.c.contract_id)
        )
        .where(order.c.instance_id == context.root_id)
    ).one_or_none()
    if row is None:
        return None
    table = PackTable.__table__
    files = context.connection.scalars(
        select(table.c.content).where(table.c.pack_id == row.id).order_by(table.c.number)
    )
    return PinnedPack(resolve(loaded(row.content), row.overrides), _compiled(tuple(files)))


@lru_cache(maxsize=64)
def loaded(content: str) -> Pack:
    """A published pack from its YAML."""
    return load(content.encode())


@lru_cache(maxsize=64)
def _compiled(files: tuple[bytes, ...]) -> dict[str, Decision]:
    return compile_tables(files)


PACK_DECISIONS = DecisionSource("pack", _find, _ids)
