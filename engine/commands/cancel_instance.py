"""撤销: end a case before its time, with a reason."""

from __future__ import annotations

from sqlalchemy import select

from engine import nouns
from engine.authorization import require
from engine.errors import EngineError
from engine.models import ProcessInstance
from engine.unit_of_work import UnitOfWork
from engine.words import required_words

MAX_REASON = 500


class OnlyTheTicket(EngineError):
    """A case that another case has called is cancelled together with its ticket only."""

    code, status = "only_the_ticket", 409
    zh = "被调用的流程只能随整个工单一起撤销。"


def cancel_instance(uow: UnitOfWork, instance_id: int, reason: str) -> None:
    """Open tasks and timers go with the case. Raises NotFound, Forbidden, InstanceNotActive, OnlyTheTicket, Invalid."""
    require(uow.actor, "case.cancel")
    words = required_words("reason", reason, MAX_REASON)
    root = ProcessInstance.__table__.alias()
    root_id = uow.reach(nouns.CASE, select(root.c.root_id).where(root.c.id == instance_id).scalar_subquery())
    if root_id != instance_id:
        raise OnlyTheTicket
    case = uow.instance(instance_id, root_id)
    case.fact("cancel_requested", reason=words)
    case.columns = {"end_reason": words}
    case.cancel()
