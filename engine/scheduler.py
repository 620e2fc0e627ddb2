"""APScheduler as the ticker, nothing more: interval jobs in memory that let the worker drain what is due."""

from __future__ import annotations

import logging
import threading
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from engine.commands.run_due_job import Lane
from engine.engine import Engine
from engine.worker import drain

TICK_SECONDS = 1.0
"""How long a due timer waits at the most before it is looked for; due times are told apart by the second."""

CALLERS = 4
"""How many outside calls one process makes at once."""

logger = logging.getLogger("signalbox.scheduler")


class Ticker:
    """Starts and stops the tick of one process. Any number of processes may tick on one database."""

    def __init__(self, engine: Engine, seconds: float = TICK_SECONDS) -> None:
        self._engine = engine
        self._scheduler: Any = BackgroundScheduler(timezone="UTC")
        every = {"trigger": "interval", "seconds": seconds, "coalesce": True, "misfire_grace_time": None}
        self._scheduler.add_job(self.tick, id="tick", max_instances=1, **every)
        self._scheduler.add_job(self.call, id="call", max_instances=CALLERS, **every)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for a running tick to end: no job is cut in the middle."""
        self._scheduler.shutdown(wait=True)

    def tick(self) -> None:
        self._drain("inside")

    def call(self) -> None:
        """Outside calls are slow; timers never wait for them."""
        self._drain("outside")

    def _drain(self, lane: Lane) -> None:
        try:
            drain(self._engine, lane=lane)
        except Exception:
            logger.exception("the tick failed; the next one tries again")


def run_until(stop: threading.Event, engine: Engine) -> None:
    """Tick until `stop` is set: the whole of `flask worker`."""
    ticker = Ticker(engine)
    ticker.start()
    stop.wait()
    ticker.stop()
