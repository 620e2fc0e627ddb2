"""发布: the second person makes versions of everything that a release holds, or of nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, update

from engine.authorization import require
from engine.design_kind import Stored
from engine.models import Design, ReleaseItem
from engine.release_rows import author_refusal, end_release, items_of, open_release, publish_items, require_current
from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class PublishedItem:
    """What one design has become."""

    design: int
    kind: str
    key: str
    id: int  # of the published version
    version: int


def publish_release(uow: UnitOfWork, release_id: int) -> tuple[PublishedItem, ...]:
    """The bytes as they were submitted; a design that was edited since stays open and goes on from there.

    Raises Forbidden, NotFound, ReleaseEnded, AuthorMayNotPublish, DesignOutdated, ReleaseRefused.
    """
    require(uow.actor, "definition.publish")
    release = open_release(uow, release_id)
    items = {item.design_id: item for item in items_of(uow.connection, release_id)}
    frozen = list(items.values())
    refusal = author_refusal(uow.actor, release, frozen, two_person=uow.resources.two_person_publish)
    if refusal is not None:
        raise refusal
    end_release(uow, release_id, "published")
    require_current(uow, release.organisation_id, frozen)
    stored = publish_items(uow, release.organisation_id, items)
    for design_id in sorted(items):
        _close(uow, items[design_id], stored[design_id])
    done = tuple(_published(item, stored[item.design_id]) for item in frozen)
    told = [vars(item) for item in done]
    uow.loose_fact("release_published", organisation_id=release.organisation_id, release=release_id, designs=told)
    return done


def _close(uow: UnitOfWork, item: Row[Any], stored: Stored) -> None:
    """Write down what the design has become. It has ended, unless somebody has edited it since it was submitted."""
    this = (ReleaseItem.release_id == item.release_id, ReleaseItem.design_id == item.design_id)
    uow.connection.execute(update(ReleaseItem).where(*this).values(published_id=stored.id, version=stored.version))
    ended = {"ended_at": uow.now, "ended_by": uow.actor.id, "ended_how": "published", "release_id": None}
    unedited = (Design.id == item.design_id, Design.revision == item.revision)
    if not uow.connection.execute(update(Design).where(*unedited).values(ended)).rowcount:
        goes_on = {"base_id": stored.id, "release_id": None}
        uow.connection.execute(update(Design).where(Design.id == item.design_id).values(goes_on))


def _published(item: Row[Any], stored: Stored) -> PublishedItem:
    return PublishedItem(item.design_id, item.kind, item.key, stored.id, stored.version)
