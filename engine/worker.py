"""The worker: takes due jobs one by one until none is left. A poisoned job never stops the good ones behind it.

Outside calls are made here, between the transaction that leases the job and the one that writes down what came of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.fail_job import fail_job
from engine.commands.finish_outside_call import finish_outside_call
from engine.commands.run_due_job import JobFailed, Lane, OutsideCall, in_lane, run_due_job
from engine.commands.skip_due_case import skip_due_case
from engine.commands.start_due_case import StartFailed, start_due_case
from engine.database import is_outage
from engine.engine import Engine
from engine.errors import SignalboxError
from engine.extensions import BusinessError
from engine.models import Job, ProcessInstance, StartTrigger
from engine.outside import call, may_call

logger = logging.getLogger("signalbox.worker")


def drain(engine: Engine, limit: int = 1_000, lane: Lane | None = None) -> int:
    """Run what is due, at most `limit` jobs; the number of jobs taken, failed ones included. `lane`: only such jobs.

    A job that raises is rolled back whole, noted by `fail_job`, and tried again later.
    """
    taken = _start_due(engine, limit) if lane != "outside" else 0
    while taken < limit:
        now = _open(lane)
        if now == "none":
            break
        try:
            run = engine.run(run_due_job, ENGINE, now)
        except JobFailed as failure:
            _failed(engine, failure.job_id, failure.__cause__)
        else:
            if run is None:
                break
            if run.outside is not None:
                call_outside(engine, run.job_id, run.outside)
        taken += 1
    return taken


def _start_due(engine: Engine, limit: int) -> int:
    """Start the cases that begin by the time; how many, failed ones included."""
    taken = 0
    while taken < limit:
        try:
            if engine.run(start_due_case, ENGINE) is None:
                break
        except StartFailed as failure:
            code, message = _words(failure.__cause__)
            logger.error("start %s failed: %s %s", failure.trigger_id, code, message, exc_info=failure.__cause__)
            engine.run(skip_due_case, ENGINE, failure.trigger_id, code, message)
        taken += 1
    return taken


def call_outside(engine: Engine, job_id: str, outside: OutsideCall) -> None:
    """Call the service, with no transaction open, and write down what came of it."""
    try:
        result, reported = _answer(outside)
        if not engine.run(finish_outside_call, ENGINE, job_id, outside.lease, result, reported):
            logger.info("job %s: its call came back and nobody waits for it any more", job_id)
    except Exception as error:
        if isinstance(error, DBAPIError) and is_outage(error):
            raise  # the lease runs out, and the call is made again
        _failed(engine, job_id, error, outside.lease)


def _answer(outside: OutsideCall) -> tuple[Any, BusinessError | None]:
    try:
        return call(outside.service, outside.call, outside.inputs), None
    except BusinessError as error:
        return None, error


def _open(lane: Lane | None) -> Lane | Literal["none"] | None:
    """The lane as it may be used now: nothing is called outside while too many calls hang."""
    if lane == "inside" or may_call():
        return lane
    logger.error("too many outside calls hang; this process calls nothing until one of them ends")
    return "none" if lane == "outside" else "inside"


def _failed(engine: Engine, job_id: str, error: BaseException | None, lease: str | None = None) -> None:
    code, message = _words(error)
    logger.warning("job %s failed: %s %s", job_id, code, message, exc_info=error)
    engine.run(fail_job, ENGINE, job_id, code, message, lease)


def live_until(
    engine: Engine,
    clock: ManualClock,
    moment: datetime,
    lane: Lane | None = None,
    told: Callable[[int], None] = lambda taken: None,
) -> None:
    """Move a manual clock to `moment`, stopping at every due job on the way as a worker would have.

    `lane`: only such jobs are run. `told`: of how many jobs, after each stop; what it raises ends the waiting there.
    """
    while (due := next_due(engine, lane)) is not None and due <= moment:
        clock.move_to(max(due, clock.now()))
        told(drain(engine, lane=lane))
    clock.move_to(moment)


def next_due(engine: Engine, lane: Lane | None = None) -> datetime | None:
    """When the next waiting job runs, or the next case starts by the time (UTC). Suspended cases wait for nothing."""
    suspended = select(ProcessInstance.id).where(ProcessInstance.suspended_at.is_not(None))
    waiting = (Job.state == "waiting", Job.root_id.not_in(suspended), *in_lane(lane))
    with engine.read() as connection:
        times = (
            connection.scalar(select(func.min(Job.run_at)).where(*waiting)),
            connection.scalar(select(func.min(StartTrigger.due_at))) if lane != "outside" else None,
        )
    return min((time for time in times if time is not None), default=None)


def _words(error: BaseException | None) -> tuple[str, str]:
    if isinstance(error, SignalboxError):
        return error.code, error.message("zh")
    return "unexpected", type(error).__name__
