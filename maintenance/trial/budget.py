"""What one answer of a trial may use up: jobs, and seconds of the processor."""

from __future__ import annotations

import time

from engine.errors import SignalboxError

MAX_JOBS = 2_000
MAX_SECONDS = 8.0  # of this thread's processor time


class TrialTooLong(SignalboxError):
    """The trial was stopped here: it would take more than {jobs} timers, {seconds} seconds or {megabytes} MB."""

    code, status = "trial_too_long", 422
    zh = "试跑到此停止：超过 {jobs} 次定时、{seconds} 秒运算或 {megabytes} MB 数据。"

    def __init__(self) -> None:
        super().__init__(jobs=MAX_JOBS, seconds=f"{MAX_SECONDS:g}", megabytes=64)


class Budget:
    """Begins to count when it is made."""

    def __init__(self) -> None:
        self._jobs = 0
        self._until = time.thread_time() + MAX_SECONDS

    def spend(self, jobs: int = 0) -> None:
        """Raises TrialTooLong when there is nothing left."""
        self._jobs += jobs
        if self._jobs > MAX_JOBS or time.thread_time() > self._until:
            raise TrialTooLong
