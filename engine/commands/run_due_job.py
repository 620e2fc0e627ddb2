"""Take one due job that nobody else holds: run it, or take a lease on it to call its service outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, bindparam, delete, literal, select, update
from sqlalchemy.exc import DBAPIError

from engine import nouns
from engine.commands.fail_job import note_failure
from engine.database import is_outage
from engine.extensions import Call, Service
from engine.messages import run_delivery, run_message, run_signal, run_start
from engine.models import Job, ProcessInstance
from engine.outside import read
from engine.statements import ONE, Statement
from engine.unit_of_work import INSTANCE, RunAgain, UnitOfWork, locking

Lane = Literal["inside", "outside"]
LEASE_MARGIN = timedelta(seconds=30)
"""What a worker has beyond the service's own time limit to write down what came of a call."""

_job, _root = Job.__table__, ProcessInstance.__table__


@dataclass(frozen=True)
class OutsideCall:
    """A call that this worker has taken a lease on. No other takes it before the lease ends."""

    service: Service
    call: Call
    inputs: Mapping[str, Any]
    lease: str


@dataclass(frozen=True)
class JobRun:
    """What was done for one due job; `outside`: what is still to be done, with no transaction open."""

    job_id: str
    element_id: str
    outside: OutsideCall | None = None


class JobFailed(Exception):
    """The job raised; its whole command was rolled back. `__cause__` says why."""

    def __init__(self, job_id: str) -> None:
        super().__init__(job_id)
        self.job_id = job_id


def run_due_job(uow: UnitOfWork, lane: Lane | None = None) -> JobRun | None:
    """None: nothing is due, or others hold all that is. `lane`: only such jobs. Raises JobFailed.

    The jobs of a suspended case wait.
    """
    present = uow.resources.clock.column(uow.connection.dialect.name)
    now = uow.resources.clock.now(uow.connection)  # only to look: the time stamp is taken after the lock
    claimed = _claim(lane).one_or_none(uow.connection, {"now": now})
    if claimed is None:
        return None
    root_id = uow.hold(nouns.CASE, claimed, suspended=True)
    row = _again(present).one_or_none(uow.connection, {"job_id": claimed.job_id})
    if row is None or row.state != "waiting" or row.run_at > now or uow.heads[root_id].suspended:
        raise RunAgain  # the claim's snapshot was older than what another worker has committed
    uow.stamp(row.present)
    found = row._asdict()
    try:
        outside = _RUN[found["kind"]](uow, found)
        uow.save()
    except RunAgain:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and is_outage(error):
            raise
        raise JobFailed(claimed.job_id) from error
    return JobRun(claimed.job_id, found["element_id"], outside)


@cache
def _claim(lane: Lane | None) -> Statement:
    """Locks the case of the job that has been due longest, if nobody else holds it."""
    query = locking(_root, _job.c.id.label("job_id"), skip_locked=True).join_from(
        _job, _root, _root.c.id == _job.c.root_id
    )
    due = (_job.c.state == literal("waiting", literal_execute=True), _job.c.run_at <= bindparam("now"))
    query = query.where(*due, _root.c.suspended_at.is_(None), *in_lane(lane))
    return Statement(query.order_by(_job.c.run_at, _job.c.id).limit(ONE))


@cache
def _again(present: ColumnElement[Any]) -> Statement:
    """The job with its instance, as they are under the lock, and the time."""
    query = select(*_job.c, *INSTANCE, present.label("present"))
    return Statement(
        query.join_from(_job, _root, _root.c.id == _job.c.instance_id).where(_job.c.id == bindparam("job_id"))
    )


def in_lane(lane: Lane | None) -> list[Any]:
    """The conditions under which a job belongs to the lane."""
    kind = _job.c.kind
    return [] if lane is None else [kind == "service" if lane == "outside" else kind != "service"]


def _fire(uow: UnitOfWork, job: Mapping[Any, Any]) -> None:
    case = uow.instance(job["instance_id"], job["root_id"], job)
    element = case.specification.model.elements[job["element_id"]]
    if not case.awaits(job["id"]):
        uow.connection.execute(delete(Job).where(Job.id == job["id"]))
        case.fact("timer_disarmed", element)
        return
    case.fact("timer_fired", element, due=job["due_at"].isoformat())
    case.fire(job)


def _lease(uow: UnitOfWork, job: Mapping[Any, Any]) -> OutsideCall | None:
    """None: the worker that had a lease on it is gone without a word, which was a failed try like any other."""
    if job["lease"] is not None:
        note_failure(uow, job, "service_abandoned", "调用期间工作进程中断 / the worker was gone during the call")
        return None
    model = uow.resources.definitions.specification(uow.connection, job["definition_id"]).model
    service = uow.resources.extensions.services[model.elements[job["element_id"]].service or ""]
    lease, until = uuid4().hex, uow.now + timedelta(seconds=service.seconds) + LEASE_MARGIN
    uow.connection.execute(update(Job).where(Job.id == job["id"]).values(lease=lease, run_at=until))
    call = Call(
        key=job["id"],
        attempt=job["attempts"] + 1,
        instance_id=job["instance_id"],
        root_id=job["root_id"],
        organisation_id=job["organisation_id"],
        now=uow.now,
    )
    return OutsideCall(service, call, read(job["inputs"]), lease)


_RUN: dict[str, Callable[[UnitOfWork, Mapping[Any, Any]], OutsideCall | None]] = {
    "timer": _fire,
    "service": _lease,
    "message": run_message,
    "signal": run_signal,
    "delivery": run_delivery,
    "start": run_start,
}
