"""撤销: end a case before its time, with a reason."""

from __future__ import annotations

from sqlalchemy import select, update

from engine.authorization import require
from engine.errors import Invalid, NotFound
from engine.models import ProcessInstance
from engine.unit_of_work import UnitOfWork
from engine.visibility import visible

MAX_REASON = 500


def cancel_instance(uow: UnitOfWork, instance_id: int, reason: str) -> None:
    """Open tasks and timers go with the case. Raises NotFound, Forbidden, InstanceNotActive, Invalid (no reason)."""
    require(uow.actor, "case.cancel")
    words = reason.strip()
    if not 0 < len(words) <= MAX_REASON:
        raise Invalid(
            {"reason": [{"code": "length", "zh": f"请填写撤销原因（{MAX_REASON} 字以内）。", "en": "Give a reason."}]}
        )
    root = ProcessInstance.__table__
    root_id = uow.connection.scalar(select(root.c.root_id).where(root.c.id == instance_id, visible(root, uow.actor)))
    if root_id is None:
        raise NotFound(what="工单")
    case = uow.instance(instance_id, root_id)
    case.fact("cancel_requested", reason=words)
    case.cancel()
    uow.connection.execute(update(ProcessInstance).where(ProcessInstance.id == instance_id).values(end_reason=words))
