"""One design: what it goes on from, what is published meanwhile, and its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine import nouns
from engine.authorization import Actor
from engine.design_kind import DesignKind, PublishedVersion
from engine.design_rows import find_design, is_outdated
from engine.errors import NotFound
from engine.models import Design, Release, ReleaseItem
from engine.queries.design_list import DesignItem, designs, editor_names, item

_table = Design.__table__


@dataclass(frozen=True)
class VersionName:
    """A published version of the design's kind."""

    id: int
    key: str
    version: int


@dataclass(frozen=True)
class LastRelease:
    """The release that the design was in last."""

    id: int
    state: str
    reason: str | None  # why it was returned


@dataclass(frozen=True)
class DesignDetail:
    design: DesignItem
    base: VersionName | None
    newest: VersionName | None  # the newest published version of its key
    outdated: bool  # somebody has published a version that it does not go on from
    last_release: LastRelease | None


@dataclass(frozen=True)
class DesignContent:
    """The bytes of a design as they were saved last."""

    organisation_id: int
    kind: str
    key: str
    revision: int
    base_id: int | None
    content: bytes


def design_detail(
    connection: Connection, actor: Actor, kinds: Mapping[str, DesignKind], design_id: int
) -> DesignDetail:
    """Raises NotFound, also for a design of another organisation."""
    row = connection.execute(designs(actor).where(_table.c.id == design_id)).one_or_none()
    if row is None:
        raise NotFound(what=nouns.DESIGN)
    held = design_content(connection, actor, design_id)
    kind = kinds[row.kind]
    base = kind.version(connection, held.organisation_id, row.base_id) if row.base_id is not None else None
    newest = kind.published(connection, held.organisation_id, row.key)
    outdated = row.ended_at is None and is_outdated(newest, row.base_id, held.content)
    found = item(row, editor_names(connection, [row]))
    return DesignDetail(found, _name(base), _name(newest), outdated, _last_release(connection, design_id))


def design_content(connection: Connection, actor: Actor, design_id: int) -> DesignContent:
    """Raises NotFound, also for a design of another organisation."""
    row = find_design(connection, actor, design_id)
    return DesignContent(row.organisation_id, row.kind, row.key, row.revision, row.base_id, row.content)


def _name(version: PublishedVersion | None) -> VersionName | None:
    return None if version is None else VersionName(version.id, version.key, version.version)


def _last_release(connection: Connection, design_id: int) -> LastRelease | None:
    release, item = Release.__table__, ReleaseItem.__table__
    query = select(release.c.id, release.c.state, release.c.reason).join(item, item.c.release_id == release.c.id)
    row = connection.execute(query.where(item.c.design_id == design_id).order_by(release.c.id.desc()).limit(1)).first()
    return None if row is None else LastRelease(*row)
