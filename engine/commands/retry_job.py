"""重试: an operator lets a job that became an Incident run again, with a reason."""

from __future__ import annotations

from sqlalchemy import select, update

from engine.authorization import require
from engine.errors import Conflict, Invalid, NotFound
from engine.models import Incident, Job, ProcessInstance
from engine.unit_of_work import UnitOfWork
from engine.visibility import visible


def retry_job(uow: UnitOfWork, job_id: str, reason: str) -> None:
    """The job's due time stays; it runs at once. Raises Forbidden, NotFound, Conflict (it has not failed), Invalid."""
    require(uow.actor, "job.retry")
    if not reason.strip():
        raise Invalid({"reason": [{"code": "required", "zh": "请填写重试原因。", "en": "Give a reason."}]})
    job, root = Job.__table__, ProcessInstance.__table__
    root_id = uow.connection.scalar(
        select(job.c.root_id).join(root, root.c.id == job.c.root_id).where(job.c.id == job_id, visible(root, uow.actor))
    )
    if root_id is None:
        raise NotFound(what="作业")
    uow.lock(root_id)
    row = uow.connection.execute(select(job).where(job.c.id == job_id)).mappings().one_or_none()
    if row is None or row["state"] != "failed":
        raise Conflict
    uow.connection.execute(update(job).where(job.c.id == job_id).values(state="waiting", attempts=0, run_at=uow.now))
    uow.connection.execute(
        update(Incident)
        .where(Incident.job_id == job_id, Incident.resolved_at.is_(None))
        .values(resolved_at=uow.now, resolved_by=uow.actor.id)
    )
    uow.fact(root_id, "job_retried", element=row["element_id"], job=job_id, reason=reason.strip()[:500])
