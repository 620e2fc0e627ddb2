"""The clocks that diagrams may name: the stages of every policy pack, in its newest version."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Connection, func, select

from maintenance.models import PolicyPack
from maintenance.packs.load import load
from maintenance.packs.pack import Pack, Stage

_pack = PolicyPack.__table__


def stage_list(connection: Connection) -> list[Stage]:
    """Each key once, as the first pack by name has it, in the order of the packs' files."""
    newest = select(_pack.c.key, func.max(_pack.c.version).label("version")).group_by(_pack.c.key).subquery()
    query = select(_pack.c.content).join(newest, (newest.c.key == _pack.c.key) & (newest.c.version == _pack.c.version))
    found: dict[str, Stage] = {}
    for content in connection.scalars(query.order_by(_pack.c.key)):
        for key, stage in _loaded(content).stages.items():
            found.setdefault(key, stage)
    return list(found.values())


@lru_cache(maxsize=64)
def _loaded(content: str) -> Pack:
    return load(content.encode())
