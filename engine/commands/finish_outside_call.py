"""An outside call has come back: complete its step with what the service answered, and let the case run on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.extensions import BusinessError
from engine.models import Job, ProcessInstance
from engine.unit_of_work import INSTANCE, UnitOfWork


def finish_outside_call(
    uow: UnitOfWork, job_id: str, lease: str, result: Any, error: BusinessError | None = None
) -> bool:
    """`result`: plain JSON; `error`: what the service reported instead of it.

    False: nobody waits for it any more, and nothing was done. The step may have been taken away, the case cancelled or
    suspended, or the call taken up by another worker meanwhile. Raises what the case's further steps raise.
    """
    job, instance = Job.__table__, ProcessInstance.__table__
    root_id = uow.connection.scalar(select(job.c.root_id).where(job.c.id == job_id))
    if root_id is None:
        return False
    uow.lock(root_id)
    query = select(job, *INSTANCE).join(instance, instance.c.id == job.c.instance_id).where(job.c.id == job_id)
    row = uow.connection.execute(query).mappings().one_or_none()
    if row is None or row["state"] != "waiting" or row["lease"] != lease:
        return False
    case = uow.instance(row["instance_id"], root_id, row)
    if error is None:
        case.finish_service(job_id, result)
    else:
        case.fail_service(job_id, error)
    return True
