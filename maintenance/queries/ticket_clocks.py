"""The clocks of a ticket with their arithmetic: why is this late?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from maintenance.clocks.book import read_clocks
from maintenance.clocks.explain import Line, explain
from maintenance.clocks.fold import ClockState
from maintenance.clocks.terms import ClockTerms
from maintenance.clocks.thresholds import Standing, standing


@dataclass(frozen=True)
class LightItem:
    threshold: str  # warn, breach, escalate.1 …
    level: str  # yellow, red
    at: datetime
    recorded_at: datetime
    escalate_to: str | None
    standing: Standing  # what became of it since


@dataclass(frozen=True)
class ClockItem:
    """One clock as it stands. Instants are UTC."""

    key: str
    round: int
    terms: ClockTerms
    state: ClockState
    lights: list[LightItem]
    lines: list[Line]


def ticket_clocks(connection: Connection, root_id: int, now: datetime) -> list[ClockItem]:
    """All clocks of a case, in the order they were started. The caller has checked that the case may be seen."""
    return [
        ClockItem(
            clock.key,
            clock.round,
            clock.terms,
            state := clock.state(now),
            [
                LightItem(
                    light["threshold"],
                    light["level"],
                    light["at"],
                    light["recorded_at"],
                    light["escalate_to"],
                    standing(light["threshold"], light["level"], state),
                )
                for light in clock.lights
            ],
            explain(state, clock.terms),
        )
        for clock in read_clocks(connection, root_id)
    ]
