"""Take one due job that nobody else holds, and run it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from engine.models import Job, ProcessInstance
from engine.spiff.errors import TimerNotWaiting
from engine.unit_of_work import RunAgain, UnitOfWork


@dataclass(frozen=True)
class JobRun:
    """What was done for one due job."""

    job_id: str
    element_id: str


class JobFailed(Exception):
    """The job raised; its whole command was rolled back. `__cause__` says why."""

    def __init__(self, job_id: str) -> None:
        super().__init__(job_id)
        self.job_id = job_id


def run_due_job(uow: UnitOfWork) -> JobRun | None:
    """None: nothing is due, or others hold all that is. Raises JobFailed."""
    job, root = Job.__table__, ProcessInstance.__table__
    claim = (
        select(job.c.id, job.c.instance_id, job.c.root_id)
        .join(root, root.c.id == job.c.root_id)
        .where(job.c.state == "waiting", job.c.run_at <= uow.now)
        .order_by(job.c.run_at, job.c.id)
        .limit(1)
        .with_for_update(of=root, skip_locked=True)
    )
    claimed = uow.connection.execute(claim).one_or_none()
    if claimed is None:
        return None
    uow.lock(claimed.root_id)
    found = uow.connection.execute(select(job).where(job.c.id == claimed.id)).mappings().one_or_none()
    if found is None or found["state"] != "waiting" or found["run_at"] > uow.now:
        raise RunAgain  # the claim's snapshot was older than what another worker has committed
    try:
        case = uow.instance(claimed.instance_id, claimed.root_id)
        element = case.specification.model.elements[found["element_id"]]
        case.fact("timer_fired", element, due=found["due_at"].isoformat())
        case.fire(found)
        uow.save()
    except TimerNotWaiting:
        uow.connection.execute(delete(Job).where(Job.id == claimed.id))
    except DBAPIError:
        raise
    except Exception as error:
        raise JobFailed(claimed.id) from error
    return JobRun(claimed.id, found["element_id"])
