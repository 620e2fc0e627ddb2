"""Publish a policy pack: the figures that judge tickets opened from now on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from engine.authorization import require
from engine.calendar import TABLELESS
from engine.errors import EngineError
from engine.unit_of_work import UnitOfWork
from maintenance.models import PackTable, PolicyPack
from maintenance.packs.load import load
from maintenance.packs.notes import Notes
from maintenance.packs.pack import Pack
from maintenance.packs.tables import check_tables


class PackVersionTaken(EngineError):
    """Version {version} of the pack {pack} is published with other figures; a change needs a new version."""

    code, status = "pack_version_taken", 409
    zh = "策略包 {pack} 第 {version} 版已发布且内容不同；修改须使用新版本号。"


@dataclass(frozen=True)
class PublishedPack:
    id: int
    key: str
    version: int
    is_new: bool  # False: the same figures were published before


def publish_pack(uow: UnitOfWork, content: bytes, tables: Sequence[bytes] = ()) -> PublishedPack:
    """`tables`: the files of its decision tables. Running tickets keep the pack they have.

    Raises Forbidden, PackRefused with all findings, DecisionsRefused, PackVersionTaken.
    """
    require(uow.actor, "pack.publish")
    pack = load(content, uow.resources.extensions.groups or None)
    _check_calendars(pack)
    check_tables(pack, tables)
    digest = hashlib.sha256(b"".join((content, *tables))).hexdigest()
    table = PolicyPack.__table__
    known = uow.connection.execute(
        select(table.c.id, table.c.sha256).where(table.c.key == pack.key, table.c.version == pack.version)
    ).one_or_none()
    if known is not None:
        if known.sha256 != digest:
            raise PackVersionTaken(pack=pack.key, version=pack.version)
        return PublishedPack(known.id, pack.key, pack.version, False)
    values = {
        "key": pack.key,
        "version": pack.version,
        "valid_from": pack.valid_from,
        "content": content.decode(),
        "sha256": digest,
    }
    pack_id: int = uow.connection.execute(
        insert(PolicyPack).values(**values, published_at=uow.now).returning(table.c.id)
    ).scalar_one()
    if tables:
        rows = [{"pack_id": pack_id, "number": n, "content": table} for n, table in enumerate(tables, start=1)]
        uow.connection.execute(insert(PackTable), rows)
    uow.loose_fact("pack_published", pack=pack.key, version=pack.version, sha256=digest)
    return PublishedPack(pack_id, pack.key, pack.version, True)


def _check_calendars(pack: Pack) -> None:
    """A stage can only be counted by a calendar this installation has the days for."""
    notes = Notes()
    for stage in pack.stages.values():
        if stage.calendar not in TABLELESS:
            zh = f"计时方式 {stage.calendar} 需要工作日表，本系统尚未维护"
            en = f"the calendar {stage.calendar} needs a table of working days, which is not kept here yet"
            notes.add("pack_calendar_without_days", f"stages.{stage.key}.calendar", zh, en)
    notes.settle()
