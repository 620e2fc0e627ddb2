"""Take one due job that nobody else holds, and run it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from engine.database import is_outage
from engine.models import Job, ProcessInstance
from engine.unit_of_work import INSTANCE, RunAgain, UnitOfWork


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
    now = uow.resources.clock.now(uow.connection)  # only to look: the time stamp is taken after the lock
    claim = (
        select(job.c.id, job.c.root_id)
        .join(root, root.c.id == job.c.root_id)
        .where(job.c.state == "waiting", job.c.run_at <= now)
        .order_by(job.c.run_at, job.c.id)
        .limit(1)
        .with_for_update(of=root, skip_locked=True)
    )
    claimed = uow.connection.execute(claim).one_or_none()
    if claimed is None:
        return None
    uow.lock(claimed.root_id)
    again = select(job, *INSTANCE).join(root, root.c.id == job.c.instance_id).where(job.c.id == claimed.id)
    found = uow.connection.execute(again).mappings().one_or_none()
    if found is None or found["state"] != "waiting" or found["run_at"] > now:
        raise RunAgain  # the claim's snapshot was older than what another worker has committed
    try:
        _fire(uow, found)
        uow.save()
    except RunAgain:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and is_outage(error):
            raise
        raise JobFailed(claimed.id) from error
    return JobRun(claimed.id, found["element_id"])


def _fire(uow: UnitOfWork, job: Mapping[Any, Any]) -> None:
    case = uow.instance(job["instance_id"], job["root_id"], job)
    element = case.specification.model.elements[job["element_id"]]
    if not case.awaits(job["id"]):
        uow.connection.execute(delete(Job).where(Job.id == job["id"]))
        case.fact("timer_disarmed", element)
        return
    case.fact("timer_fired", element, due=job["due_at"].isoformat())
    case.fire(job)
