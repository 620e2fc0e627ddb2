"""新建设计稿: from a published version, from an imported file, or from an empty model."""

from __future__ import annotations

from sqlalchemy import func, select

from engine import nouns
from engine.authorization import require
from engine.design_rows import Kept, check_size, kind_of, store_design, with_editor
from engine.errors import EngineError, Invalid, NotFound
from engine.models import Design
from engine.unit_of_work import UnitOfWork

MAX_OPEN = 500  # of one organisation


class TooManyDesigns(EngineError):
    """There are {limit} open designs already: publish or discard some of them first."""

    code, status = "too_many_designs", 409
    zh = "未完成的设计稿已达 {limit} 份，请先发布或删除一些。"


def create_design(
    uow: UnitOfWork,
    organisation_id: int,
    kind: str,
    *,
    key: str | None = None,
    name: str | None = None,
    base_id: int | None = None,
    content: bytes | None = None,
) -> Kept:
    """`content`: an imported file, whatever stands in it; it goes on from what is published under its key.

    Else a copy of the published version `base_id`, or an empty model of `key` and `name`. Raises Forbidden, Invalid,
    NotFound, DesignTooLarge, TooManyDesigns.
    """
    require(uow.actor, "definition.edit")
    plugged = kind_of(uow.resources.design_kinds, kind)
    _require_room(uow, organisation_id)
    editors: list[int] = []
    if content is not None:
        check_size(content)
        found = plugged.key_of(content)
        newest = plugged.published(uow.connection, organisation_id, found) if found else None
        base_id, editors, how = newest.id if newest else None, with_editor([], uow.actor), "file"
    elif base_id is not None:
        base = plugged.version(uow.connection, organisation_id, base_id)
        if base is None:
            raise NotFound(what=nouns.DEFINITION)
        content, key, name, how = base.content, base.key, base.name, "published"
    else:
        if not key:
            raise Invalid({"key": [{"code": "required", "zh": "请填写编号。", "en": "Give it a key."}]})
        content, how = plugged.empty(key, name or key), "empty"
    made = store_design(uow, plugged, organisation_id, content, key=key, name=name, base_id=base_id, editors=editors)
    told = {"design": made.id, "kind": kind, "from": how, "base": base_id}
    uow.loose_fact("design_created", organisation_id=organisation_id, **told)
    return made


def _require_room(uow: UnitOfWork, organisation_id: int) -> None:
    table = Design.__table__
    still_open = (table.c.organisation_id == organisation_id, table.c.ended_at.is_(None))
    if (uow.connection.scalar(select(func.count()).select_from(table).where(*still_open)) or 0) >= MAX_OPEN:
        raise TooManyDesigns(limit=MAX_OPEN)
