"""What becomes of job rows whose token is no longer there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, delete, update

from engine.models import Incident, Job
from engine.statements import Statement
from engine.work import Work

_job: Any = Job.__table__
_DROP = Statement(
    delete(_job).where(_job.c.id.in_(bindparam("ids", expanding=True))).returning(_job.c.id, _job.c.state)
)


def drop_jobs(work: Work, ids: Collection[str]) -> None:
    """The tokens are gone, and with them whatever could not be done for them."""
    dropped = _DROP.all(work.connection, {"ids": list(ids)})
    failed = [job_id for job_id, state in dropped if state == "failed"]
    if failed:
        resolve_incidents(work, failed)


def resolve_incidents(work: Work, job_ids: Collection[str]) -> None:
    """What the engine could not do is no longer asked of it."""
    work.connection.execute(
        update(Incident)
        .where(Incident.job_id.in_(job_ids), Incident.resolved_at.is_(None))
        .values(resolved_at=work.now, resolved_by=work.actor.id)
    )
