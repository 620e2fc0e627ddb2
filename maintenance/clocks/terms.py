"""What one clock is judged by: the resolved figures, pinned to the clock when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from maintenance.clocks import durations


@dataclass(frozen=True)
class ClockTerms:
    """The terms of a clock. Later edits of the pack never change them (rulebook 2.0)."""

    key: str  # the stage, e.g. "respond"
    zh: str  # the stage for people, e.g. 响应
    en: str
    start_zh: str  # what starts it, e.g. 报修
    start_en: str
    limit: timedelta
    calendar: str  # one of engine.calendar.KEYS
    pausable: bool
    warn_share: float  # yellow at this share of the limit, 0 < share < 1
    escalation_interval: timedelta  # red again each interval, one superior higher
    chain: tuple[str, ...]  # candidate groups; the first is told of the breach itself
    source: str  # the clause of the limit, e.g. "FC 5.2"

    def as_dict(self) -> dict[str, Any]:
        """JSON values only; `from_dict` gives the same terms back."""
        return {
            **self.__dict__,
            "limit": durations.write(self.limit),
            "escalation_interval": durations.write(self.escalation_interval),
            "chain": list(self.chain),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> ClockTerms:
        return cls(
            **{
                **stored,
                "limit": durations.parse(stored["limit"]),
                "escalation_interval": durations.parse(stored["escalation_interval"]),
                "chain": tuple(stored["chain"]),
            }
        )
