"""取消关联: two cases do not belong together after all; history keeps that they once did."""

from __future__ import annotations

from sqlalchemy import delete

from engine.authorization import require
from engine.commands.link_cases import both_locked
from engine.links import NotLinked
from engine.models import CaseLink
from engine.unit_of_work import UnitOfWork
from engine.words import required_words

MAX_REASON = 500


def unlink_cases(uow: UnitOfWork, source_id: int, target_id: int, kind: str, reason: str) -> None:
    """Raises NotFound, Forbidden, NotLinked, LinkRefused, InstanceSuspended, Invalid (no reason)."""
    require(uow.actor, "case.link")
    words = required_words("reason", reason, MAX_REASON)
    source, target = both_locked(uow, source_id, target_id)
    link = CaseLink.__table__
    gone = delete(CaseLink).where(link.c.source_id == source, link.c.target_id == target, link.c.kind == kind)
    if uow.connection.execute(gone).rowcount == 0:
        raise NotLinked
    uow.fact(source, "case_unlinked", kind=kind, target=target, reason=words)
    uow.fact(target, "case_unlinked", kind=kind, source=source, reason=words)
