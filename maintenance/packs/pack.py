"""A policy pack as frozen values, and the terms it gives to a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from maintenance.clocks.terms import ClockTerms

WARN_SHARE = 0.8
"""Product default of the yellow light, share of the limit (rulebook 10.3)."""

LEAST_INTERVAL = timedelta(minutes=5)
"""The default escalation interval is the response limit, but never shorter than this (rulebook 10.3)."""

RESPONSE_STAGE = "respond"

SAME_DAY = "same_day"
"""A figure of true: the stage is to end on the day it begins."""

UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1), SAME_DAY: timedelta()}
"""How a figure of the table of limits is counted."""


@dataclass(frozen=True)
class Figures:
    """What the pack's table of limits gave for one ticket."""

    values: Mapping[str, Any] = field(default_factory=dict)  # its outputs by column
    hit: str = ""  # which rules gave them, for people: "D22 第 1 条"


NO_FIGURES = Figures()
"""Of a pack whose limits are all written out."""


@dataclass(frozen=True)
class TableLimit:
    """A limit that the pack's table of limits gives, e.g. by the level of the fault."""

    column: str  # output of the table
    unit: str  # one of UNITS

    def read(self, figures: Figures) -> timedelta | None:
        """None: there is no such limit here."""
        figure = figures.values.get(self.column)
        if figure is None or figure is False:
            return None
        return timedelta() if self.unit == SAME_DAY else figure * UNITS[self.unit]


@dataclass(frozen=True)
class LimitTable:
    """The decision that gives the limits, and the variables of the case that it asks for."""

    decision: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """One measured stage of a ticket."""

    key: str
    zh: str
    en: str
    start_zh: str  # what starts its clock, for people
    start_en: str
    limit: timedelta | TableLimit
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
    limits: LimitTable | None = None

    def limit(self, stage_key: str, figures: Figures = NO_FIGURES) -> timedelta | None:
        """How long a stage may take. None: by the table of limits it has none.

        KeyError if the pack has no such stage.
        """
        limit = self.stages[stage_key].limit
        return limit.read(figures) if isinstance(limit, TableLimit) else limit

    def escalation_interval(self, figures: Figures = NO_FIGURES) -> timedelta:
        """The pack's own figure, else the response limit, at least 5 min (rulebook 10.3)."""
        if self.escalation.interval is not None:
            return self.escalation.interval
        return max(self.limit(RESPONSE_STAGE, figures) or LEAST_INTERVAL, LEAST_INTERVAL)

    def source(self, stage_key: str, figures: Figures = NO_FIGURES) -> str:
        """The clause of a stage's limit, with the rule that gave it where it comes from the table of limits."""
        stage = self.stages[stage_key]
        by_table = isinstance(stage.limit, TableLimit) and figures.hit
        return f"{stage.source}（{figures.hit}）" if by_table else stage.source

    def terms(self, stage_key: str, figures: Figures = NO_FIGURES) -> ClockTerms | None:
        """What a clock of that stage is judged by; None: it has no limit. KeyError if the pack has no such stage."""
        stage, limit = self.stages[stage_key], self.limit(stage_key, figures)
        if limit is None:
            return None
        return ClockTerms(
            key=stage.key,
            zh=stage.zh,
            en=stage.en,
            start_zh=stage.start_zh,
            start_en=stage.start_en,
            limit=limit,
            calendar=stage.calendar,
            pausable=stage.pausable,
            warn_share=self.warn_share,
            escalation_interval=self.escalation_interval(figures),
            chain=self.escalation.chain,
            source=self.source(stage_key, figures),
        )
