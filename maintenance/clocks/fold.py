"""A clock is a fold: its state, due time and verdict as a pure function of its facts, its terms and a calendar.

Every instant is cut to its whole second first. A stop in the same whole second as the due time is met; one in the next
second is a breach (rulebook 2.0: "met when stop ≤ due; breach at due + 1 s").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from engine.calendar import Calendar
from maintenance.clocks.events import ClockEvent
from maintenance.clocks.tally import Step, Tally, marks, overrun, take, whole_second
from maintenance.clocks.terms import ClockTerms

State = Literal["running", "paused", "met", "breached", "void"]
Verdict = Literal["pending", "met", "breached", "void"]


@dataclass(frozen=True)
class ClockState:
    """What a clock says at one moment. Times are UTC, whole seconds."""

    state: State  # follows from the facts alone: a clock past its due time runs until it is stopped
    verdict: Verdict  # "breached" from the first second after the due time on, stopped or not
    started_at: datetime
    stopped_at: datetime | None  # also when it was voided
    due_at: datetime | None  # None: paused before it was due, so no due time exists
    warn_at: datetime | None  # None: paused before it came
    judged_from: datetime  # the start, or the last change of the limit or deferral: no light can be older
    limit: timedelta  # the present one: the terms' until it is exchanged
    source: str  # the clause of the present limit
    elapsed_wall: timedelta  # from the start to the stop, or to now
    elapsed_counted: timedelta  # the same as the calendar counts it, without pauses
    paused_total: timedelta  # wall time
    provisional: bool  # the due time lies in days whose arrangement is not published yet
    applied: bool  # an application for a deferral is pending
    clearable: bool  # one that was lodged in time is pending, and nothing was late before: it may clear a breach
    provisional_breach: bool  # late, but an application that was lodged in time may still clear it
    gap: timedelta  # late before applications were lodged: no deferral heals it
    late: timedelta  # by how much it is over the limit, gaps included
    deferrals: int  # granted so far; each has lights of its own
    arithmetic: tuple[Step, ...]


def fold(events: Iterable[ClockEvent], terms: ClockTerms, calendar: Calendar, now: datetime) -> ClockState:
    """The clock as it stands at `now`. Facts later than `now` are not looked at.

    `events` in the order they were recorded; they count in the order they took effect. A fact that cannot count (a
    second stop, a resume of what runs) is kept in the arithmetic with a remark. A look from before the start, when the
    database's clock has stepped back, sees it as just started. ValueError if it has never started.
    """
    tally = Tally(terms, calendar, terms.limit, terms.source)
    facts = sorted(events, key=lambda e: e.at)
    now = max([whole_second(now), *(whole_second(fact.at) for fact in facts[:1] if fact.kind == "started")])
    for event in facts:
        if whole_second(event.at) <= whole_second(now):
            tally.steps.append(Step(event, take(tally, event)))
    if tally.started is None:
        raise ValueError(f"clock {terms.key} has not started")
    return _judge(tally, tally.started, whole_second(now))


def _judge(tally: Tally, started: datetime, now: datetime) -> ClockState:
    warn, due = marks(tally, started)
    end = tally.stopped or now
    pauses = [(p.since, p.until or end) for p in tally.interruptions if p.kind == "pause"]
    counted = tally.calendar.elapsed(started, end)
    gap = sum((until - since for since, until in tally.gaps), timedelta(0))
    late = gap + overrun(tally, started, end)
    verdict = _verdict(tally, late)
    clearable = not gap and any(application.in_time for application in tally.applications.values())
    return ClockState(
        state=_state(tally, verdict),
        verdict=verdict,
        started_at=started,
        stopped_at=tally.stopped,
        due_at=due,
        warn_at=warn,
        judged_from=tally.judged_from or started,
        limit=tally.limit,
        source=tally.source,
        elapsed_wall=end - started,
        elapsed_counted=counted - sum((tally.calendar.elapsed(a, b) for a, b in pauses), timedelta(0)),
        paused_total=sum((b - a for a, b in pauses), timedelta(0)),
        provisional=due is not None and tally.calendar.provisional(due),
        applied=bool(tally.applications),
        clearable=clearable,
        provisional_breach=verdict == "breached" and clearable,
        gap=gap,
        late=late,
        deferrals=tally.deferrals,
        arithmetic=tuple(tally.steps),
    )


def _verdict(tally: Tally, late: timedelta) -> Verdict:
    if tally.voided:
        return "void"
    if late:
        return "breached"
    return "pending" if tally.stopped is None else "met"


def _state(tally: Tally, verdict: Verdict) -> State:
    if tally.stopped is not None and verdict != "pending":
        return verdict
    return "running" if tally.open_pause is None else "paused"
