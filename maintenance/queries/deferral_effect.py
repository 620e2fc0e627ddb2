"""What the decision on an application would do to each clock: the same fold as the engine's, with the fact added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from maintenance.clocks.book import StoredClock, read_clocks
from maintenance.clocks.events import ClockEvent
from maintenance.clocks.fold import ClockState
from maintenance.clocks.terms import ClockTerms


@dataclass(frozen=True)
class ClockEffect:
    """One clock of the application, as it is and as either decision would leave it at this moment."""

    key: str
    terms: ClockTerms
    present: ClockState
    granted: ClockState
    refused: ClockState


def deferral_effect(
    connection: Connection, root_id: int, deferral: Mapping[str, Any], until: datetime, now: datetime
) -> list[ClockEffect]:
    """Of every clock that was told of the application. `deferral`: its row; `until`: the end that would be granted.

    Nothing is written. The caller has checked that the case may be seen.
    """
    number, reason = deferral["instance_id"], deferral["reason"]
    told = [clock for clock in read_clocks(connection, root_id) if _knows(clock, number)]
    grant = ClockEvent("extended", now, now, "", reason, {"deferral": number, "until": until.isoformat()})
    refuse = ClockEvent("refused", now, now, "", "", {"deferral": number})
    return [
        ClockEffect(
            clock.key,
            clock.terms,
            clock.state(now),
            replace(clock, events=[*clock.events, grant]).state(now),
            replace(clock, events=[*clock.events, refuse]).state(now),
        )
        for clock in told
    ]


def _knows(clock: StoredClock, deferral: int) -> bool:
    return any(event.kind == "applied" and event.data["deferral"] == deferral for event in clock.events)
