"""What the blocks of one system at one number of clients come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

Block = Mapping[str, Any]
"""The answer of bench.driver.drive."""


class NothingTimed(RuntimeError):
    """No request of a block was answered as it should; the errors say why."""


@dataclass(frozen=True)
class Level:
    """CPU is the median over the blocks, milliseconds a request that was timed: complete, or page."""

    server: float
    database: float
    rate: float  # a second
    p50: float  # milliseconds
    p95: float
    errors: tuple[str, ...]

    @property
    def total(self) -> float:
        return self.server + self.database

    @classmethod
    def of(cls, blocks: list[Block]) -> Level:
        """Raises NothingTimed."""
        if not all(block["waits"] for block in blocks):
            raise NothingTimed([block["errors"][:3] for block in blocks])
        waits = sorted(wait for block in blocks for wait in block["waits"])
        return cls(
            server=median(block["server"] * 1000 / len(block["waits"]) for block in blocks),
            database=median(block["database"] * 1000 / len(block["waits"]) for block in blocks),
            rate=median(len(block["waits"]) / block["wall"] for block in blocks),
            p50=waits[len(waits) // 2] * 1000,
            p95=waits[len(waits) * 95 // 100] * 1000,
            errors=tuple(error for block in blocks for error in block["errors"]),
        )


@dataclass
class Results:
    """Everything one run has measured."""

    levels: dict[tuple[str, str, int], Level] = field(default_factory=dict)  # (name, kind, clients)
    statements: dict[str, dict[str, int]] = field(default_factory=dict)  # kind -> request -> statements
    bytes_a_case: dict[str, float] = field(default_factory=dict)  # kind -> growth of the database
    history_bytes: dict[str, float] = field(default_factory=dict)
    state_bytes: dict[str, float] = field(default_factory=dict)
    lists: dict[tuple[str, str], Level] = field(default_factory=dict)  # (kind, tab), one client
    look: dict[str, dict[str, float]] = field(default_factory=dict)  # kind -> milliseconds
    timers: dict[str, dict[str, float]] = field(default_factory=dict)  # kind -> milliseconds a timer
    memory: dict[str, float] = field(default_factory=dict)  # kind -> megabytes of the largest worker

    def ratio(self, kind: str, clients: int) -> float:
        """The product's CPU for a completed task, the floor's being 1."""
        return self.levels["product", kind, clients].total / self.levels["floor", kind, clients].total

    def ratios(self) -> dict[str, float]:
        """ "postgresql 8" -> ratio."""
        found = {(kind, clients) for _, kind, clients in self.levels}
        return {f"{kind} {clients}": round(self.ratio(kind, clients), 2) for kind, clients in sorted(found)}

    def errors(self) -> list[str]:
        return [error for level in (*self.levels.values(), *self.lists.values()) for error in level.errors]
