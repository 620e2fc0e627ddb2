"""重试: an operator lets a job that became an Incident run again, with a reason."""

from __future__ import annotations

from sqlalchemy import select, update

from engine import nouns
from engine.authorization import require
from engine.errors import Conflict, NotFound
from engine.models import Incident, Job
from engine.unit_of_work import UnitOfWork
from engine.words import required_words

MAX_REASON = 500


def retry_job(uow: UnitOfWork, job_id: str, reason: str) -> None:
    """It runs at once, never before it is due. Raises Forbidden, NotFound, Conflict (it has not failed), Invalid."""
    require(uow.actor, "job.retry")
    words = required_words("reason", reason, MAX_REASON)
    job = Job.__table__
    root_id = uow.reach(nouns.JOB, select(job.c.root_id).where(job.c.id == job_id).scalar_subquery(), suspended=True)
    row = uow.connection.execute(
        select(job.c.element_id, job.c.state, job.c.due_at).where(job.c.id == job_id)
    ).one_or_none()
    if row is None:
        raise NotFound(what=nouns.JOB)
    if row.state != "failed":
        raise Conflict
    again = {"state": "waiting", "attempts": 0, "run_at": max(uow.now, row.due_at)}
    uow.connection.execute(update(Job).where(Job.id == job_id).values(again))
    uow.connection.execute(
        update(Incident)
        .where(Incident.job_id == job_id, Incident.resolved_at.is_(None))
        .values(resolved_at=uow.now, resolved_by=uow.actor.id)
    )
    uow.fact(root_id, "job_retried", element=row.element_id, job=job_id, reason=words)
