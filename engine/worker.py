"""The worker: takes due jobs one by one until none is left. A poisoned job never stops the good ones behind it."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import func, select

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.fail_job import fail_job
from engine.commands.run_due_job import JobFailed, run_due_job
from engine.engine import Engine
from engine.errors import SignalboxError
from engine.models import Job

logger = logging.getLogger("signalbox.worker")


def drain(engine: Engine, limit: int = 1_000) -> int:
    """Run what is due, at most `limit` jobs; the number of jobs taken, failed ones included.

    A job that raises is rolled back whole, noted by `fail_job`, and tried again later.
    """
    taken = 0
    while taken < limit:
        try:
            if engine.run(run_due_job, ENGINE) is None:
                break
        except JobFailed as failure:
            code, message = _words(failure.__cause__)
            logger.warning("job %s failed: %s %s", failure.job_id, code, message, exc_info=failure.__cause__)
            engine.run(fail_job, ENGINE, failure.job_id, code, message)
        taken += 1
    return taken


def live_until(engine: Engine, clock: ManualClock, moment: datetime) -> None:
    """Move a manual clock to `moment`, stopping at every due job on the way as a worker would have."""
    while (due := next_due(engine)) is not None and due <= moment:
        clock.move_to(max(due, clock.now()))
        drain(engine)
    clock.move_to(moment)


def next_due(engine: Engine) -> datetime | None:
    """When the next waiting job runs (UTC)."""
    with engine.read() as connection:
        return connection.scalar(select(func.min(Job.run_at)).where(Job.state == "waiting"))


def _words(error: BaseException | None) -> tuple[str, str]:
    if isinstance(error, SignalboxError):
        return error.code, error.message("zh")
    return "unexpected", type(error).__name__
