"""Note a failed try of a job: later again with a growing pause, and after the last try an Incident."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select, update

from engine.models import Incident, Job
from engine.unit_of_work import UnitOfWork

PAUSES = (timedelta(seconds=10), timedelta(minutes=1))
"""Before the second and the third try; a third failure raises an Incident."""


def fail_job(uow: UnitOfWork, job_id: str, code: str, message: str) -> None:
    """`code`, `message`: why the try failed, in the operator's words. Does nothing when the job is gone meanwhile."""
    job = Job.__table__
    root_id = uow.connection.scalar(select(job.c.root_id).where(job.c.id == job_id))
    if root_id is None:
        return
    uow.lock(root_id)
    row = uow.connection.execute(select(job).where(job.c.id == job_id)).mappings().one_or_none()
    if row is None or row["state"] != "waiting":
        return
    attempts = row["attempts"] + 1
    if attempts <= len(PAUSES):
        uow.connection.execute(
            update(Job).where(job.c.id == job_id).values(attempts=attempts, run_at=uow.now + PAUSES[attempts - 1])
        )
        uow.fact(root_id, "job_failed", element=row["element_id"], job=job_id, attempt=attempts, code=code)
        return
    uow.connection.execute(update(Job).where(job.c.id == job_id).values(attempts=attempts, state="failed"))
    uow.connection.execute(
        insert(Incident).values(
            organisation_id=row["organisation_id"],
            root_id=root_id,
            instance_id=row["instance_id"],
            job_id=job_id,
            element_id=row["element_id"],
            code=code,
            message=message[:1000],
            created_at=uow.now,
        )
    )
    uow.fact(root_id, "incident_raised", element=row["element_id"], job=job_id, attempt=attempts, code=code)
