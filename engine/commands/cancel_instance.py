"""撤销: end a case before its time, with a reason."""

from __future__ import annotations

from sqlalchemy import select

from engine import nouns
from engine.authorization import require
from engine.models import ProcessInstance
from engine.unit_of_work import UnitOfWork
from engine.words import required_words

MAX_REASON = 500


def cancel_instance(uow: UnitOfWork, instance_id: int, reason: str) -> None:
    """Open tasks and timers go with the case. Raises NotFound, Forbidden, InstanceNotActive, Invalid (no reason)."""
    require(uow.actor, "case.cancel")
    words = required_words("reason", reason, MAX_REASON)
    root = ProcessInstance.__table__.alias()
    root_id = uow.reach(nouns.CASE, select(root.c.root_id).where(root.c.id == instance_id).scalar_subquery())
    case = uow.instance(instance_id, root_id)
    case.fact("cancel_requested", reason=words)
    case.columns = {"end_reason": words}
    case.cancel()
