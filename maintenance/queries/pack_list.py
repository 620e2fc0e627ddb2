"""策略包: the published figures that judge, and their decision tables. Common to all organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from engine import nouns
from engine.errors import NotFound
from engine.queries.paging import Page, read_newest
from maintenance.models import PackTable, PolicyPack
from maintenance.packs.load import load
from maintenance.packs.pack import Pack, TableLimit
from maintenance.packs.tables import compile_tables

_pack = PolicyPack.__table__


@dataclass(frozen=True)
class PackItem:
    """One published version. `published_at` is UTC, `valid_from` a local day."""

    id: int
    key: str
    version: int
    valid_from: date
    sha256: str
    published_at: datetime


@dataclass(frozen=True)
class StageItem:
    """One measured stage: a limit of its own, or a column of the pack's table of limits."""

    key: str
    name_zh: str
    name_en: str
    limit_seconds: int | None
    limit_column: str | None
    calendar: str
    pausable: bool
    owner_group: str
    source: str  # the clause


@dataclass(frozen=True)
class PackDetail:
    """A pack as it is read."""

    item: PackItem
    name_zh: str
    name_en: str
    warn_share: float
    chain: tuple[str, ...]  # whom red lights climb to
    stages: list[StageItem]
    decisions: list[str]  # ids
    content: str  # the YAML as published


def pack_list(
    connection: Connection, *, key: str | None = None, after: str | None = None, limit: int = 20
) -> Page[PackItem]:
    """Newest first."""
    query = select(*_columns())
    if key:
        query = query.where(_pack.c.key == key)
    return read_newest(connection, query, _pack.c.id, after, limit, PackItem)


def pack_detail(connection: Connection, pack_id: int) -> PackDetail:
    """Raises NotFound."""
    row = connection.execute(select(*_columns(), _pack.c.content).where(_pack.c.id == pack_id)).one_or_none()
    if row is None:
        raise NotFound(what=nouns.PACK)
    table = PackTable.__table__
    files = connection.scalars(select(table.c.content).where(table.c.pack_id == pack_id).order_by(table.c.number))
    pack = load(row.content.encode())
    return PackDetail(
        item=PackItem(*row[:-1]),
        name_zh=pack.zh,
        name_en=pack.en,
        warn_share=pack.warn_share,
        chain=pack.escalation.chain,
        stages=_stages(pack),
        decisions=sorted(compile_tables(files)),
        content=row.content,
    )


def _columns() -> list[Any]:
    return [_pack.c[name] for name in PackItem.__dataclass_fields__]


def _stages(pack: Pack) -> list[StageItem]:
    return [
        StageItem(
            key=stage.key,
            name_zh=stage.zh,
            name_en=stage.en,
            limit_seconds=None if isinstance(stage.limit, TableLimit) else int(stage.limit.total_seconds()),
            limit_column=stage.limit.column if isinstance(stage.limit, TableLimit) else None,
            calendar=stage.calendar,
            pausable=stage.pausable,
            owner_group=stage.owner_group,
            source=stage.source,
        )
        for stage in pack.stages.values()
    ]
