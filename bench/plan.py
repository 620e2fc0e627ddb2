"""How much is measured: the whole of it, or a quick look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """The whole, in under six minutes on two processors."""

    kinds: tuple[str, ...] = ("postgresql", "sqlite")
    clients: tuple[int, ...] = (1, 8, 32)
    rounds: int = 4  # each system at each number of clients, one after the other, so often
    warm: float = 1.0  # seconds before a block counts
    seconds: float = 3.5  # that a block counts
    timers: int = 10_000  # due ones; more than 20
    crowd: int = 100_000  # open tasks and waiting jobs
    pages: float = 2.0  # seconds for which each task list is asked


QUICK = Plan(rounds=1, warm=0.7, seconds=1.5, timers=1_000, crowd=10_000, pages=1.0)
"""A look in passing: the ratio at one round swings by 15 %."""
