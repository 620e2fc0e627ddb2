"""An outside call has come back: complete its step with what the service answered, and let the case run on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, select

from engine.models import Job, ProcessInstance
from engine.unit_of_work import INSTANCE, UnitOfWork


def finish_service_job(uow: UnitOfWork, job_id: str, lease: str, result: Any) -> bool:
    """`result`: plain JSON. False: nobody waits for it any more, and nothing was done.

    The step may have been taken away, the case cancelled or suspended, or the lease have run out meanwhile.
    """
    row = leased_job(uow, job_id, lease)
    if row is None:
        return False
    uow.instance(row["instance_id"], row["root_id"], row).finish_service(job_id, result)
    return True


def leased_job(uow: UnitOfWork, job_id: str, lease: str) -> RowMapping | None:
    """The job with its instance, under the lock of its case; None when this lease holds it no more."""
    job, instance = Job.__table__, ProcessInstance.__table__
    root_id = uow.connection.scalar(select(job.c.root_id).where(job.c.id == job_id))
    if root_id is None:
        return None
    uow.lock(root_id)
    query = select(job, *INSTANCE).join(instance, instance.c.id == job.c.instance_id).where(job.c.id == job_id)
    row = uow.connection.execute(query).mappings().one_or_none()
    return row if row is not None and row["state"] == "waiting" and row["lease"] == lease else None
