"""Releases as commands use them: read by right, ended once, published item by item in an order that works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from engine import nouns
from engine.authorization import ENGINE, Actor
from engine.definition.findings import DesignRefused, Finding
from engine.design_kind import DesignKind, Stored
from engine.design_rows import is_outdated, own
from engine.errors import EngineError, NotFound, SignalboxError, Words
from engine.models import Design, Release, ReleaseItem
from engine.unit_of_work import RunAgain, UnitOfWork

ORDER = ("form", "decision", "process")
"""Kinds that others refer to go first."""
_release: Any = Release.__table__
_item: Any = ReleaseItem.__table__


class ReleaseEnded(EngineError):
    """The release has been {how} already."""

    code, status = "release_ended", 409
    zh = "该发布申请已{how}。"


class ReleaseRefused(DesignRefused):
    """“{name}” has {count} findings that must be mended before it is published."""

    code, status = "release_refused", 422
    zh = "“{name}”有 {count} 处问题，改正后才能发布。"

    def __init__(self, name: str, design: int, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings)
        SignalboxError.__init__(self, name=name, design=design, **self.params)


class DesignOutdated(EngineError):
    """Version {version} of “{name}” was published meanwhile: compare, take over what is missing, submit again."""

    code, status = "design_outdated", 409
    zh = "“{name}”的第 {version} 版已在此期间发布。请打开比较，并入所缺的改动，确认以新版本为基础后重新提交。"


class AuthorMayNotPublish(EngineError):
    """You have {part} this release: somebody else must publish it."""

    code, status = "author_may_not_publish", 403
    zh = "该发布申请由您{part}，须由另一人发布。"


def find_release(connection: Connection, actor: Actor, release_id: int) -> Row[Any]:
    """The whole row. Raises NotFound, also for a foreign one."""
    query = select(_release).where(_release.c.id == release_id, own(_release, actor))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(what=nouns.RELEASE)
    return row


def open_release(uow: UnitOfWork, release_id: int) -> Row[Any]:
    """Raises NotFound, ReleaseEnded."""
    row = find_release(uow.connection, uow.actor, release_id)
    if row.state != "open":
        raise ReleaseEnded(how=nouns.RELEASE_ENDS[row.state])
    return row


def items_of(connection: Connection, release_id: int) -> Sequence[Row[Any]]:
    """The frozen designs in the order in which they were submitted."""
    query = select(_item).where(_item.c.release_id == release_id)
    return connection.execute(query.order_by(_item.c.position)).all()


def end_release(uow: UnitOfWork, release_id: int, state: str, reason: str | None = None) -> None:
    """Of two who end it at the same moment one does, and the other runs again."""
    ended = {"state": state, "ended_at": uow.now, "ended_by": uow.actor.id, "reason": reason}
    still_open = (_release.c.id == release_id, _release.c.state == "open")
    if not uow.connection.execute(update(_release).where(*still_open).values(ended)).rowcount:
        raise RunAgain


def free_designs(uow: UnitOfWork, release_id: int) -> None:
    """They may be submitted again, or discarded."""
    uow.connection.execute(update(Design).where(Design.release_id == release_id).values(release_id=None))


def author_refusal(
    actor: Actor, release: Row[Any], items: Sequence[Row[Any]], *, two_person: bool
) -> AuthorMayNotPublish | None:
    """Why a release must be published by somebody else; None: it need not."""
    if not two_person or actor is ENGINE:
        return None
    if actor.id == release.submitted_by:
        return AuthorMayNotPublish(part=Words("提交", "submitted"))
    if any(actor.id in item.editors for item in items):
        return AuthorMayNotPublish(part=Words("参与修改", "worked on"))
    return None


def require_current(uow: UnitOfWork, organisation_id: int, items: Sequence[Row[Any]]) -> None:
    """Raises DesignOutdated for what was published meanwhile by others. `items`: rows of designs or of a release."""
    for item in items:
        newest = uow.resources.design_kinds[item.kind].published(uow.connection, organisation_id, item.key)
        if newest is not None and is_outdated(newest, item.base_id, item.content):
            raise DesignOutdated(name=item.name, version=newest.version, newest=newest.id)


def publish_items(uow: UnitOfWork, organisation_id: int, items: Mapping[int, Row[Any]]) -> dict[int, Stored]:
    """Make each a version. `items`, and the answer: by the id of the design.

    Raises ReleaseRefused; the command must not go on then, for some may be published already.
    """
    stored: dict[int, Stored] = {}
    for name in sorted({item.kind for item in items.values()}, key=ORDER.index):
        same_kind = {id: item for id, item in items.items() if item.kind == name}
        stored |= _publish_kind(uow, organisation_id, uow.resources.design_kinds[name], same_kind)
    return stored


def _publish_kind(
    uow: UnitOfWork, organisation_id: int, kind: DesignKind, waiting: Mapping[int, Row[Any]]
) -> dict[int, Stored]:
    """Processes of one release may call each other: one that is refused is tried again after the others."""
    stored: dict[int, Stored] = {}
    while waiting:
        refused: dict[int, ReleaseRefused] = {}
        for id, item in waiting.items():
            try:
                stored[id] = kind.publish(uow, organisation_id, item.content)
            except DesignRefused as error:
                refused[id] = ReleaseRefused(item.name, id, error.findings)
        if len(refused) == len(waiting):
            raise next(iter(refused.values()))
        waiting = {id: waiting[id] for id in refused}
    return stored


def rehearse(uow: UnitOfWork, organisation_id: int, items: Mapping[int, Row[Any]]) -> dict[int, Stored]:
    """The same without effect: what publishing would say now. Raises ReleaseRefused."""
    rehearsal = UnitOfWork(uow.resources, uow.connection, uow.actor, uow.command)
    savepoint = uow.connection.begin_nested()
    try:
        return publish_items(rehearsal, organisation_id, items)
    finally:
        savepoint.rollback()
