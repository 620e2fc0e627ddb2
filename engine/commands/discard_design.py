"""删除设计稿: nobody works on it any more; its row stays, so that history can be followed."""

from __future__ import annotations

from sqlalchemy import update

from engine.authorization import require
from engine.design_rows import DesignSubmitted, open_design
from engine.models import Design
from engine.unit_of_work import RunAgain, UnitOfWork


def discard_design(uow: UnitOfWork, design_id: int) -> None:
    """Raises Forbidden, NotFound, DesignEnded, DesignSubmitted."""
    require(uow.actor, "definition.edit")
    row = open_design(uow, design_id)
    if row.release_id is not None:
        raise DesignSubmitted(release=row.release_id)
    free = (Design.id == row.id, Design.ended_at.is_(None), Design.release_id.is_(None))
    ended = {"ended_at": uow.now, "ended_by": uow.actor.id, "ended_how": "discarded"}
    if not uow.connection.execute(update(Design).where(*free).values(ended)).rowcount:
        raise RunAgain
    told = {"design": row.id, "kind": row.kind, "key": row.key, "revision": row.revision}
    uow.loose_fact("design_discarded", organisation_id=row.organisation_id, **told)
