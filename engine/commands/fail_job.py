"""Note a failed try of a job: later again with a growing pause, and after the last try an Incident."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from engine.models import Incident, Job
from engine.unit_of_work import UnitOfWork

PAUSES = (timedelta(seconds=10), timedelta(minutes=1))
"""Before the second and the third try; a third failure raises an Incident."""


def fail_job(uow: UnitOfWork, job_id: str, code: str, message: str, lease: str | None = None) -> None:
    """`code`, `message`: why the try failed, in the operator's words. `lease`: of the call that failed.

    Does nothing when the job is gone meanwhile, is no longer held by this lease, or was put off since its try.
    """
    job = Job.__table__
    root_id = uow.connection.scalar(select(job.c.root_id).where(job.c.id == job_id))
    if root_id is None:
        return
    uow.lock(root_id)
    row = uow.connection.execute(select(job).where(job.c.id == job_id)).mappings().one_or_none()
    if row is None or row["state"] != "waiting" or row["lease"] != lease:
        return
    if lease is None and row["run_at"] > uow.now:
        return
    note_failure(uow, row, code, message)


def note_failure(uow: UnitOfWork, job: Mapping[Any, Any], code: str, message: str) -> None:
    """The same for a waiting job's row that was read under the lock of its case."""
    attempts = job["attempts"] + 1
    told = {"element": job["element_id"], "job": job["id"], "kind": job["kind"], "attempt": attempts, "code": code}
    of_job = update(Job).where(Job.id == job["id"])
    if attempts <= len(PAUSES):
        later = uow.now + PAUSES[attempts - 1]
        uow.connection.execute(of_job.values(attempts=attempts, run_at=later, lease=None))
        uow.fact(job["root_id"], "job_failed", **told)
        return
    uow.connection.execute(of_job.values(attempts=attempts, state="failed", lease=None))
    uow.connection.execute(
        insert(Incident).values(
            organisation_id=job["organisation_id"],
            root_id=job["root_id"],
            instance_id=job["instance_id"],
            job_id=job["id"],
            element_id=job["element_id"],
            code=code,
            message=message[:1000],
            created_at=uow.now,
        )
    )
    uow.fact(job["root_id"], "incident_raised", **told)
