"""重试: an operator lets a job that became an Incident run again, with a reason."""

from __future__ import annotations

from sqlalchemy import select, update

from engine.authorization import require
from engine.errors import Conflict, NotFound
from engine.models import Incident, Job
from engine.unit_of_work import UnitOfWork
from engine.words import required_words

MAX_REASON = 500


def retry_job(uow: UnitOfWork, job_id: str, reason: str) -> None:
    """The job's due time stays; it runs at once. Raises Forbidden, NotFound, Conflict (it has not failed), Invalid."""
    require(uow.actor, "job.retry")
    words = required_words("reason", reason, MAX_REASON)
    job = Job.__table__
    root_id = uow.reach("作业", select(job.c.root_id).where(job.c.id == job_id).scalar_subquery())
    row = uow.connection.execute(select(job.c.element_id, job.c.state).where(job.c.id == job_id)).one_or_none()
    if row is None:
        raise NotFound(what="作业")
    if row.state != "failed":
        raise Conflict
    uow.connection.execute(update(Job).where(Job.id == job_id).values(state="waiting", attempts=0, run_at=uow.now))
    uow.connection.execute(
        update(Incident)
        .where(Incident.job_id == job_id, Incident.resolved_at.is_(None))
        .values(resolved_at=uow.now, resolved_by=uow.actor.id)
    )
    uow.fact(root_id, "job_retried", element=row.element_id, job=job_id, reason=words)
