"""Facts of clocks for tests, written as a person tells them: seconds or times of one day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from engine.calendar import SHANGHAI, Elapsed
from maintenance.clocks.events import ClockEvent, Kind
from maintenance.clocks.fold import ClockState, fold
from maintenance.clocks.terms import ClockTerms
from maintenance.packs.load import load, shipped

_COLUMNS = {"respond_min": "PT10M", "arrive_min": "PT30M", "diagnose_min": "PT2H", "repair_min": "PT4H"}


def plain_text() -> str:
    """The FC pack as if there were level 1 only: every limit written out, no table."""
    text = shipped("FC").decode().replace("version: 2", "version: 1")
    text = re.sub(r"\n# 时限表.*\nlimits: .*\n", "\n", text)
    text = re.sub(r"  same_day_close:\n(    .*\n)+  observe:\n(    .*\n)+", "", text)
    return re.sub(r"limit: {column: (\w+), unit: minutes}", lambda found: f"limit: {_COLUMNS[found[1]]}", text)


FC = load(plain_text().encode())


def level_1(stage: str) -> ClockTerms:
    """The terms of a stage of FC, level 1."""
    found = FC.terms(stage)
    assert found is not None
    return found


def at(clock: str, day: int = 6) -> datetime:
    """That time of day, "10:00" or "10:00:01.5", on a day of May 2026 in Shanghai."""
    return datetime.fromisoformat(f"2026-05-{day:02}T{clock}").replace(tzinfo=SHANGHAI)


def fact(kind: Kind, when: str | datetime, told: str | None = None, **data: Any) -> ClockEvent:
    moment = at(when) if isinstance(when, str) else when
    return ClockEvent(kind, moment, at(told) if told else moment, data=data)


def terms(**changes: Any) -> ClockTerms:
    """Ten pausable minutes that climb every five."""
    figures = {
        "key": "respond",
        "zh": "响应",
        "en": "respond",
        "start_zh": "报修",
        "start_en": "report",
        "limit": timedelta(minutes=10),
        "calendar": "elapsed",
        "pausable": True,
        "warn_share": 0.8,
        "escalation_interval": timedelta(minutes=5),
        "chain": ("contractor_lead", "owner_approver"),
        "source": "FC 5.2",
    }
    return ClockTerms(**{**figures, **changes})


def folded(events: list[ClockEvent], now: str | datetime, of: ClockTerms | None = None) -> ClockState:
    return fold(events, of or terms(), Elapsed(), at(now) if isinstance(now, str) else now)


def fc(stage: str, stop: str | None, now: str = "23:00", report: str = "10:00:00") -> ClockState:
    """A clock of FC, level 1, reported at 10:00 and stopped when told."""
    events = [fact("started", report)] + ([fact("stopped", stop)] if stop else [])
    return folded(events, now, level_1(stage))
