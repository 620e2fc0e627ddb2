"""Whether a contract lets repairs be deferred, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.calendar import DAY_KEYS, CalendarDays
from maintenance.packs.notes import Notes

KEY = "deferral"
"""The contract's override: {"enabled": true, "cap": "P15D", "clocks": ["repair"]}; without it nothing is deferred."""

CAP = timedelta(days=15)
"""The longest extension without renewed consent (BZ art. 12, R-100)."""

CLOCKS = ("repair", "same_day_close")
"""What a deferral moves; responding and arriving are never deferred."""

_DAYS = CalendarDays()


@dataclass(frozen=True)
class DeferralTerms:
    """What one contract says of deferrals."""

    cap: timedelta  # calendar days
    clocks: tuple[str, ...]  # stage keys

    def latest(self, first_lodged: datetime) -> datetime:
        """The last moment to which a chain of deferrals may reach that began with an application lodged then (UTC).

        Calendar days end at 24:00; the day of the application is not counted.
        """
        return _DAYS.add(first_lodged, self.cap)


def deferral_terms(overrides: Mapping[str, Any]) -> DeferralTerms | None:
    """None: the contract has not switched deferrals on. Raises PackRefused with all findings."""
    notes = Notes()
    terms = read_deferral(overrides[KEY], notes) if KEY in overrides else None
    notes.settle()
    return terms


def read_deferral(value: Any, notes: Notes) -> DeferralTerms | None:
    """The contract's own words; what is wrong with them goes to `notes`."""
    raw = notes.mapping(value, KEY, ("enabled",), ("cap", "clocks"))
    enabled = notes.flag(raw, "enabled", f"{KEY}.")
    cap = notes.limit(raw["cap"], f"{KEY}.cap", DAY_KEYS[0]) if "cap" in raw else CAP
    clocks = raw.get("clocks", list(CLOCKS))
    if not (isinstance(clocks, list) and clocks and all(isinstance(key, str) and key for key in clocks)):
        notes.add("pack_clocks", f"{KEY}.clocks", "应为至少一个时限的列表", "must be a list of one clock or more")
        clocks = []
    return DeferralTerms(cap, tuple(clocks)) if enabled else None
