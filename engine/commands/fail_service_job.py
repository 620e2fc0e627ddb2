"""An outside call has come back with an error for the diagram: let the case catch it, and run on from there."""

from __future__ import annotations

from engine.commands.finish_service_job import leased_job
from engine.extensions import BusinessError
from engine.unit_of_work import UnitOfWork


def fail_service_job(uow: UnitOfWork, job_id: str, lease: str, error: BusinessError) -> bool:
    """False: nobody waits for it any more, and nothing was done. Raises the error itself when nothing catches it."""
    row = leased_job(uow, job_id, lease)
    if row is None:
        return False
    uow.instance(row["instance_id"], row["root_id"], row).fail_service(job_id, error)
    return True
