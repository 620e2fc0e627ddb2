"""挂起: nobody works on a case until an operator resumes it; its clocks go on."""

from __future__ import annotations

from sqlalchemy import select, update

from engine import nouns
from engine.authorization import require
from engine.errors import InstanceNotActive
from engine.models import Job, ProcessInstance
from engine.unit_of_work import UnitOfWork
from engine.words import required_words

MAX_REASON = 500


def suspend_instance(uow: UnitOfWork, instance_id: int, reason: str) -> None:
    """The whole case, whichever of its instances is named. Due jobs wait, and fire after the resume.

    A suspension is no pause: what the contract measures goes on. A call that is out is made again after the resume,
    with the same key. Raises NotFound, Forbidden, InstanceSuspended (already), InstanceNotActive, Invalid (no reason).
    """
    require(uow.actor, "case.suspend")
    words = required_words("reason", reason, MAX_REASON)
    root = ProcessInstance.__table__.alias()
    root_id = uow.reach(nouns.CASE, select(root.c.root_id).where(root.c.id == instance_id).scalar_subquery())
    case = update(ProcessInstance).where(ProcessInstance.id == root_id, ProcessInstance.state == "active")
    suspended = case.values(suspended_at=uow.now, suspended_reason=words).returning(ProcessInstance.id)
    if uow.connection.scalar(suspended) is None:
        state = uow.connection.scalar(select(root.c.state).where(root.c.id == root_id))
        raise InstanceNotActive(state=nouns.STATES[state or "completed"])
    out = update(Job).where(Job.root_id == root_id, Job.lease.is_not(None))
    uow.connection.execute(out.values(lease=None, run_at=Job.due_at))
    uow.fact(root_id, "instance_suspended", reason=words)
