"""Rows of designs as commands use them: read by right, stored, and what of a content stands in columns of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, insert, select, true

from engine import nouns
from engine.authorization import ENGINE, Actor
from engine.definition.xml import MAX_BYTES
from engine.design_kind import DesignKind, PublishedVersion
from engine.errors import EngineError, Invalid, NotFound
from engine.models import Design
from engine.publishing import MAX_NAME
from engine.unit_of_work import UnitOfWork

MAX_KEY = 100
UNNAMED = "unnamed"
"""The key of a content that has never said one."""
_table: Any = Design.__table__


class DesignTooLarge(EngineError):
    """The design has {size} bytes; at most {limit} are kept. Nothing was saved."""

    code, status = "design_too_large", 413
    zh = "设计稿有 {size} 字节，超过上限 {limit} 字节，未保存。"


class DesignEnded(EngineError):
    """The design has been {how} meanwhile."""

    code, status = "design_ended", 409
    zh = "设计稿已{how}。"


class DesignSubmitted(EngineError):
    """The design has been submitted in release {release}: withdraw that first."""

    code, status = "design_submitted", 409
    zh = "设计稿已在发布申请 {release} 中提交，请先撤回该申请。"


@dataclass(frozen=True)
class Kept:
    """A design that was made."""

    id: int
    revision: int


def own(table: FromClause, actor: Actor) -> ColumnElement[bool]:
    """The condition under which a design or release is there for the actor: it is the organisation's."""
    return true() if actor is ENGINE else table.c.organisation_id == actor.organisation_id


def find_design(connection: Connection, actor: Actor, design_id: int) -> Row[Any]:
    """The whole row, ended or not. Raises NotFound, also for a foreign one."""
    row = connection.execute(select(_table).where(_table.c.id == design_id, own(_table, actor))).one_or_none()
    if row is None:
        raise NotFound(what=nouns.DESIGN)
    return row


def open_design(uow: UnitOfWork, design_id: int) -> Row[Any]:
    """Raises NotFound, DesignEnded."""
    row = find_design(uow.connection, uow.actor, design_id)
    if row.ended_at is not None:
        raise DesignEnded(how=nouns.DESIGN_ENDS[row.ended_how])
    return row


def kind_of(kinds: Mapping[str, DesignKind], name: str) -> DesignKind:
    """Raises Invalid."""
    if name not in kinds:
        words = {"zh": "没有这种设计。", "en": "There is no such kind of design."}
        raise Invalid({"kind": [{"code": "not_a_choice", **words}]})
    return kinds[name]


def check_size(content: bytes) -> None:
    """Raises DesignTooLarge."""
    if len(content) > MAX_BYTES:
        raise DesignTooLarge(size=len(content), limit=MAX_BYTES)


def named(kind: DesignKind, content: bytes, key: str, name: str) -> dict[str, str]:
    """Key and name as the content says them; where it cannot be read or says nothing, as they were."""
    found = kind.key_of(content)
    return {
        "key": (found or key)[:MAX_KEY],
        "name": (kind.name_of(content) or (name if found in (None, key) else found))[:MAX_NAME],
    }


def store_design(uow: UnitOfWork, kind: DesignKind, organisation_id: int, content: bytes, **given: Any) -> Kept:
    """A new row. `given`: key and name where the content says none, and other columns."""
    names = named(kind, content, given.pop("key", None) or UNNAMED, given.pop("name", None) or UNNAMED)
    values = {
        "organisation_id": organisation_id,
        "kind": kind.name,
        "content": content,
        "revision": 1,
        "editors": [],
        "created_at": uow.now,
        "created_by": uow.actor.id,
        "updated_at": uow.now,
        "updated_by": uow.actor.id,
        **names,
        **given,
    }
    id: int = uow.connection.execute(insert(_table).values(values).returning(_table.c.id)).scalar_one()
    return Kept(id, 1)


def is_outdated(newest: PublishedVersion | None, base_id: int | None, content: bytes) -> bool:
    """Whether a version is published that a content does not go on from; its very bytes may be published again."""
    return newest is not None and newest.id != base_id and newest.content != content


def with_editor(editors: list[int], actor: Actor) -> list[int]:
    """Those who have changed a content, and now the actor."""
    return editors if actor.id is None or actor.id in editors else [*editors, actor.id]
