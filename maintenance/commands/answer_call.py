"""Answer an outside call by hand, in a story or a trial: nothing is called."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from engine import nouns
from engine.authorization import require
from engine.commands.finish_outside_call import finish_outside_call
from engine.errors import NotFound
from engine.extensions import BusinessError
from engine.models import Job
from engine.outside import bounded
from engine.unit_of_work import UnitOfWork

LEASE = "by hand"


def answer_call(uow: UnitOfWork, root_id: int, element_id: str, result: Any, error: str | None = None) -> None:
    """The oldest open call of the element comes back with `result`, or with the business error of the code `error`.

    Raises Forbidden for all but who may mend failed work, NotFound when nothing is called there, ServiceDataTooLarge,
    NotPlainData, and what the case's further steps raise.
    """
    require(uow.actor, "job.retry")
    job = Job.__table__
    uow.lock(root_id)
    query = select(job.c.id).where(job.c.root_id == root_id, job.c.element_id == element_id, job.c.kind == "service")
    job_id = uow.connection.scalar(query.order_by(job.c.armed_at, job.c.id).limit(1))
    if job_id is None:
        raise NotFound(what=nouns.CALL)
    uow.connection.execute(update(Job).where(job.c.id == job_id).values(lease=LEASE, state="waiting"))
    finish_outside_call(uow, job_id, LEASE, bounded("result", result), BusinessError(error) if error else None)
