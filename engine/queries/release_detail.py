"""One release as the second person looks at it: each design beside the version that it is to replace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from engine import nouns
from engine.authorization import ENGINE, Actor
from engine.definition.changes import Change
from engine.design_kind import DesignKind
from engine.design_rows import is_outdated
from engine.errors import EngineError, NotFound
from engine.models import Release, ReleaseItem
from engine.queries.design_detail import DesignContent, VersionName
from engine.queries.release_list import ReleaseRow, releases
from engine.release_rows import author_refusal, find_release, items_of

_item: Any = ReleaseItem.__table__


@dataclass(frozen=True)
class FrozenDesign:
    """One design as it was submitted."""

    design_id: int
    kind: str
    key: str
    name: str
    revision: int
    base: VersionName | None  # None: nothing was published under its key before
    outdated: bool  # another version has been published since: it must be submitted anew
    changes: tuple[Change, ...]  # from the base
    findings: tuple[Mapping[str, Any], ...]  # remarks of the check when it was submitted
    published_id: int | None
    version: int | None


@dataclass(frozen=True)
class ReleaseDetail:
    release: ReleaseRow
    designs: tuple[FrozenDesign, ...]
    may_publish: bool  # the reader
    may_return: bool
    may_withdraw: bool
    refusal: EngineError | None  # why the reader may not publish although the permission is there


def release_detail(
    connection: Connection, actor: Actor, kinds: Mapping[str, DesignKind], release_id: int, *, two_person: bool
) -> ReleaseDetail:
    """Raises NotFound, also for a release of another organisation."""
    row, items = find_release(connection, actor, release_id), items_of(connection, release_id)
    found = connection.execute(releases(actor).where(Release.id == release_id)).one()
    is_open, publishes = row.state == "open", actor is ENGINE or actor.may("definition.publish")
    refusal = author_refusal(actor, row, items, two_person=two_person) if is_open and publishes else None
    return ReleaseDetail(
        ReleaseRow(*found),
        tuple(_frozen(connection, kinds[item.kind], row, item) for item in items),
        may_publish=is_open and publishes and refusal is None,
        may_return=is_open and publishes,
        may_withdraw=is_open and (actor is ENGINE or actor.id == row.submitted_by),
        refusal=refusal,
    )


def frozen_content(connection: Connection, actor: Actor, release_id: int, design_id: int) -> DesignContent:
    """The bytes of a design as they were submitted. Raises NotFound."""
    release = find_release(connection, actor, release_id)
    one = (_item.c.release_id == release_id, _item.c.design_id == design_id)
    row = connection.execute(select(_item).where(*one)).one_or_none()
    if row is None:
        raise NotFound(what=nouns.DESIGN)
    return DesignContent(release.organisation_id, row.kind, row.key, row.revision, row.base_id, row.content)


def _frozen(connection: Connection, kind: DesignKind, release: Row[Any], item: Row[Any]) -> FrozenDesign:
    organisation_id: int = release.organisation_id
    base = kind.version(connection, organisation_id, item.base_id) if item.base_id is not None else None
    newest = kind.published(connection, organisation_id, item.key) if release.state == "open" else None
    return FrozenDesign(
        item.design_id,
        item.kind,
        item.key,
        item.name,
        item.revision,
        base=VersionName(base.id, base.key, base.version) if base else None,
        outdated=is_outdated(newest, item.base_id, item.content),
        changes=kind.compare(base.content, item.content) if base else (),
        findings=tuple(item.findings),
        published_id=item.published_id,
        version=item.version,
    )
