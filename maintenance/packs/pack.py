"""A policy pack as frozen values, and the terms it gives to a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from maintenance.clocks.terms import ClockTerms

WARN_SHARE = 0.8
"""Product default of the yellow light, share of the limit (rulebook 10.3)."""

LEAST_INTERVAL = timedelta(minutes=5)
"""The default escalation interval is the response limit, but never shorter than this (rulebook 10.3)."""

RESPONSE_STAGE = "respond"


@dataclass(frozen=True)
class Stage:
    """One measured stage of a ticket."""

    key: str
    zh: str
    en: str
    start_zh: str  # what starts its clock, for people
    start_en: str
    limit: timedelta
    calendar: str  # one of engine.calendar.KEYS
    pausable: bool
    owner_group: str  # candidate group that owes the stage
    source: str  # the clause of the limit


@dataclass(frozen=True)
class Escalation:
    """Whom red lights climb to."""

    chain: tuple[str, ...]  # candidate groups; the first is told of the breach
    interval: timedelta | None  # None: the product default, taken from the response limit


@dataclass(frozen=True)
class Pack:
    """The figures that judge. Pinned to a ticket when it is created."""

    key: str
    version: int
    zh: str
    en: str
    region: str
    issuer: str
    valid_from: date
    stages: Mapping[str, Stage]  # in the order of the file
    escalation: Escalation
    warn_share: float = WARN_SHARE

    @property
    def escalation_interval(self) -> timedelta:
        """The pack's own figure, else the response limit, at least 5 min (rulebook 10.3)."""
        if self.escalation.interval is not None:
            return self.escalation.interval
        return max(self.stages[RESPONSE_STAGE].limit, LEAST_INTERVAL)

    def terms(self, stage_key: str) -> ClockTerms:
        """What a clock of that stage is judged by. KeyError if the pack has no such stage."""
        stage = self.stages[stage_key]
        return ClockTerms(
            key=stage.key,
            zh=stage.zh,
            en=stage.en,
            start_zh=stage.start_zh,
            start_en=stage.start_en,
            limit=stage.limit,
            calendar=stage.calendar,
            pausable=stage.pausable,
            warn_share=self.warn_share,
            escalation_interval=self.escalation_interval,
            chain=self.escalation.chain,
            source=stage.source,
        )
