"""关联: say that two cases belong together."""

from __future__ import annotations

from sqlalchemy import and_, func, insert, or_, select

from engine import links, nouns
from engine.authorization import require
from engine.links import KINDS, LinkRefused
from engine.models import CaseLink, ProcessInstance
from engine.unit_of_work import UnitOfWork


def link_cases(uow: UnitOfWork, source_id: int, target_id: int, kind: str) -> None:
    """Both must be visible and of one client; the history of both tells it. `kind`: see engine/links.py.

    Instances of called processes stand for their ticket. Raises NotFound, Forbidden, LinkRefused, InstanceSuspended.
    """
    require(uow.actor, "case.link")
    if kind not in KINDS:
        raise LinkRefused(reason=links.UNKNOWN_KIND)
    source, target = both_locked(uow, source_id, target_id)
    if uow.heads[source].organisation_id != uow.heads[target].organisation_id:
        raise LinkRefused(reason=links.OTHER_CLIENT)
    link = CaseLink.__table__
    between = or_(
        and_(link.c.source_id == source, link.c.target_id == target),
        and_(link.c.source_id == target, link.c.target_id == source),
    )
    if uow.connection.scalar(select(link.c.id).where(link.c.kind == kind, between).limit(1)) is not None:
        raise LinkRefused(reason=links.LINKED)
    for case in (source, target):
        of_case = or_(link.c.source_id == case, link.c.target_id == case)
        if (uow.connection.scalar(select(func.count()).select_from(link).where(of_case)) or 0) >= links.MAX_LINKS:
            raise LinkRefused(reason=links.TOO_MANY)
    values = {
        "organisation_id": uow.heads[source].organisation_id,
        "kind": kind,
        "source_id": source,
        "target_id": target,
        "linked_at": uow.now,
        "linked_by": uow.actor.id,
    }
    uow.connection.execute(insert(CaseLink).values(values))
    uow.fact(source, "case_linked", kind=kind, target=target)
    uow.fact(target, "case_linked", kind=kind, source=source)


def both_locked(uow: UnitOfWork, source_id: int, target_id: int) -> tuple[int, int]:
    """The root ids of two visible cases, locked in ascending order. Raises NotFound, LinkRefused, InstanceSuspended."""
    table = ProcessInstance.__table__
    rows = uow.connection.execute(select(table.c.id, table.c.root_id).where(table.c.id.in_([source_id, target_id])))
    roots = {row.id: row.root_id for row in rows}
    source, target = roots.get(source_id, source_id), roots.get(target_id, target_id)
    for root_id in sorted({source, target}):
        uow.reach(nouns.CASE, root_id)
    if source == target:
        raise LinkRefused(reason=links.SAME_CASE)
    return source, target
