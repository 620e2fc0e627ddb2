"""接受新版本为基础: whoever has compared a design with the newest published version lets it go on from there."""

from __future__ import annotations

from sqlalchemy import update

from engine.authorization import require
from engine.design_rows import Kept, open_design
from engine.errors import EngineError
from engine.models import Design
from engine.unit_of_work import UnitOfWork


class NotTheNewestVersion(EngineError):
    """A newer version has been published: compare the design with that one."""

    code, status = "not_the_newest_version", 409
    zh = "已有更新的版本发布，请与最新版本比较。"


def rebase_design(uow: UnitOfWork, design_id: int, base_id: int) -> Kept:
    """The content stays as it is. Raises Forbidden, NotFound, DesignEnded, NotTheNewestVersion."""
    require(uow.actor, "definition.edit")
    row = open_design(uow, design_id)
    newest = uow.resources.design_kinds[row.kind].published(uow.connection, row.organisation_id, row.key)
    if newest is None or newest.id != base_id:
        raise NotTheNewestVersion
    uow.connection.execute(update(Design).where(Design.id == row.id).values(base_id=base_id))
    told = {"design": row.id, "kind": row.kind, "key": row.key, "from": row.base_id, "base": base_id}
    uow.loose_fact("design_rebased", organisation_id=row.organisation_id, **told)
    return Kept(row.id, row.revision)
