"""恢复: a suspended case is worked on again; what fell due meanwhile fires now."""

from __future__ import annotations

from sqlalchemy import select, update

from engine import nouns
from engine.authorization import require
from engine.errors import Conflict
from engine.models import ProcessInstance
from engine.unit_of_work import UnitOfWork
from engine.words import required_words

MAX_REASON = 500


def resume_instance(uow: UnitOfWork, instance_id: int, reason: str) -> None:
    """The whole case. Raises NotFound, Forbidden, Conflict (it is not suspended), Invalid (no reason)."""
    require(uow.actor, "case.suspend")
    words = required_words("reason", reason, MAX_REASON)
    root = ProcessInstance.__table__.alias()
    of_case = select(root.c.root_id).where(root.c.id == instance_id).scalar_subquery()
    root_id = uow.reach(nouns.CASE, of_case, suspended=True)
    if uow.heads[root_id].suspended is None:
        raise Conflict
    awake = {"suspended_at": None, "suspended_reason": None}
    uow.connection.execute(update(ProcessInstance).where(ProcessInstance.id == root_id).values(awake))
    uow.fact(root_id, "instance_resumed", reason=words)
