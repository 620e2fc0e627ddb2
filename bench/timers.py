"""What a worker spends on due timers, and on looking for them when none is due."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import func, select

from accounts.house import EXTENSION
from app import create_app
from bench.child import answer
from bench.processes import cpu_seconds
from engine.engine import Engine
from engine.models import Job
from engine.worker import drain

LOOKS = 300
"""Scans with nothing due; the processes' CPU time is told in hundredths of a second."""


class TimersLeft(RuntimeError):
    """Not every due timer was moved, or more than those were."""


def measure(work: dict[str, Any]) -> dict[str, float]:
    """`work`: due (how many timers), database (pids), own (this process's database share is its own: SQLite).

    Without `due`, the cost of one look in milliseconds; else that of all timers in seconds. Raises TimersLeft.
    """
    engine: Engine = create_app().extensions[EXTENSION].engine
    due, before = work["due"], _waiting(engine)
    drain(engine, limit=min(due, 20))  # the first ones build the specification and fill the caches
    database, own, wall = cpu_seconds(work["database"]), time.process_time(), time.perf_counter()
    taken = drain(engine, limit=due) if due else sum(drain(engine) for _ in range(LOOKS))
    used = {
        "worker": time.process_time() - own,
        "database": cpu_seconds(work["database"]) - database,
        "wall": time.perf_counter() - wall,
    }
    if taken != max(0, due - 20) or before - _waiting(engine) != due:
        raise TimersLeft(f"{taken} taken, {before} waited, {_waiting(engine)} wait")
    share = taken if due else LOOKS
    return {name: value * 1000 / share for name, value in used.items()}


def _waiting(engine: Engine) -> int:
    with engine.read() as connection:
        return connection.scalar(select(func.count()).select_from(Job).where(Job.state == "waiting")) or 0


if __name__ == "__main__":
    answer(measure)
