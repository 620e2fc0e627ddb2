"""A clock is a fold: its state, due time and verdict as a pure function of its facts, its terms and a calendar.

Every instant is cut to its whole second first. A stop in the same whole second as the due time is met; one in the next
second is a breach (rulebook 2.0: "met when stop ≤ due; breach at due + 1 s").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from engine.calendar import Calendar
from maintenance.clocks import durations
from maintenance.clocks.events import ClockEvent
from maintenance.clocks.terms import ClockTerms

State = Literal["running", "paused", "met", "breached", "void"]
Verdict = Literal["pending", "met", "breached", "void"]
Remark = Literal[
    "", "not_started", "already_started", "already_ended", "not_pausable", "already_paused", "not_paused", "paused",
    "too_late", "not_longer",
]  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic: a fact, and why it did not count if it did not."""

    event: ClockEvent
    remark: Remark = ""  # "": it counted


@dataclass(frozen=True)
class ClockState:
    """What a clock says at one moment. Times are UTC, whole seconds."""

    state: State  # follows from the facts alone: a clock past its due time runs until it is stopped
    verdict: Verdict  # "breached" from the first second after the due time on, stopped or not
    started_at: datetime
    stopped_at: datetime | None  # also when it was voided
    due_at: datetime | None  # None: paused before it was due, so no due time exists
    warn_at: datetime | None  # None: paused before it came
    judged_from: datetime  # the start, or the last change of the limit: no light can be older
    limit: timedelta  # the present one: the terms' until it is exchanged
    source: str  # the clause of the present limit
    elapsed_wall: timedelta  # from the start to the stop, or to now
    elapsed_counted: timedelta  # the same as the calendar counts it, without pauses
    paused_total: timedelta  # wall time
    provisional: bool  # the due time lies in days whose arrangement is not published yet
    arithmetic: tuple[Step, ...]


@dataclass
class _Interruption:
    kind: Literal["pause", "extension"]
    since: datetime
    until: datetime | None  # None: a pause that lasts


@dataclass
class _Tally:
    """The facts as far as they have been read."""

    terms: ClockTerms
    calendar: Calendar
    limit: timedelta
    source: str
    started: datetime | None = None
    judged_from: datetime | None = None
    stopped: datetime | None = None
    voided: bool = False
    interruptions: list[_Interruption] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def open_pause(self) -> _Interruption | None:
        last = self.interruptions[-1] if self.interruptions else None
        return last if last is not None and last.until is None else None


def fold(events: Iterable[ClockEvent], terms: ClockTerms, calendar: Calendar, now: datetime) -> ClockState:
    """The clock as it stands at `now`. Facts later than `now` are not looked at.

    `events` in the order they were recorded; they count in the order they took effect. A fact that cannot count (a
    second stop, a resume of what runs) is kept in the arithmetic with a remark. A look from before the start, when the
    database's clock has stepped back, sees it as just started. ValueError if it has never started.
    """
    tally = _Tally(terms, calendar, terms.limit, terms.source)
    facts = sorted(events, key=lambda e: e.at)
    now = max([_second(now), *(_second(fact.at) for fact in facts[:1] if fact.kind == "started")])
    for event in facts:
        if _second(event.at) <= _second(now):
            tally.steps.append(Step(event, _take(tally, event)))
    if tally.started is None:
        raise ValueError(f"clock {terms.key} has not started")
    return _judge(tally, tally.started, _second(now))


def _take(tally: _Tally, event: ClockEvent) -> Remark:
    """Read one fact; the answer says why it does not count, or nothing."""
    if event.kind == "started":
        return _start(tally, event)
    if tally.started is None:
        return "not_started"
    if tally.stopped is not None:
        return "already_ended"
    at = _second(event.at)
    if event.kind == "paused":
        return _pause(tally, at)
    if event.kind == "resumed":
        return _resume(tally, at)
    if event.kind == "extended":
        return _extend(tally, tally.started, event)
    if event.kind == "retargeted":
        tally.limit, tally.judged_from = durations.parse(event.data["limit"]), at
        tally.source = event.data["source"]
        return ""
    _resume(tally, at)
    tally.stopped, tally.voided = at, event.kind == "voided"
    return ""


def _start(tally: _Tally, event: ClockEvent) -> Remark:
    if tally.started is not None:
        return "already_started"
    tally.started = tally.judged_from = _second(event.at)
    return ""


def _pause(tally: _Tally, at: datetime) -> Remark:
    if not tally.terms.pausable:
        return "not_pausable"
    if tally.open_pause is not None:
        return "already_paused"
    tally.interruptions.append(_Interruption("pause", at, None))
    return ""


def _resume(tally: _Tally, at: datetime) -> Remark:
    pause = tally.open_pause
    if pause is None:
        return "not_paused"
    pause.until = at
    return ""


def _extend(tally: _Tally, started: datetime, event: ClockEvent) -> Remark:
    """A granted deferral: the due time becomes its end, if it was applied for in time (rulebook P-06)."""
    if tally.open_pause is not None:
        return "paused"
    at, until = _second(event.at), _second(datetime.fromisoformat(event.data["until"]))
    _, due = _marks(tally, started)
    if due is None or at > due:
        return "too_late"
    if until <= due:
        return "not_longer"
    tally.interruptions.append(_Interruption("extension", at, until))
    return ""


def _marks(tally: _Tally, started: datetime) -> tuple[datetime | None, datetime | None]:
    """The warn and the due time: a pause moves what has not come yet, a deferral replaces it."""
    calendar, share = tally.calendar, tally.terms.warn_share
    due = calendar.add(started, tally.limit)
    warn = calendar.advance(started, calendar.elapsed(started, due) * share)
    for item in tally.interruptions:
        if item.until is None:
            return (None if item.since <= warn else _second(warn)), (None if item.since <= due else due)
        if item.kind == "pause":
            counted = calendar.elapsed(item.since, item.until)
            warn = calendar.advance(warn, counted) if item.since <= warn else warn
            due = calendar.advance(due, counted) if item.since <= due else due
        elif item.since <= due < item.until:
            counted = calendar.elapsed(item.since, item.until)
            warn = calendar.advance(item.since, counted * share) if item.since <= warn else warn
            due = item.until
    return _second(warn), due


def _judge(tally: _Tally, started: datetime, now: datetime) -> ClockState:
    warn, due = _marks(tally, started)
    end = tally.stopped or now
    pauses = [(p.since, p.until or end) for p in tally.interruptions if p.kind == "pause"]
    counted = tally.calendar.elapsed(started, end)
    verdict = _verdict(tally, due, end)
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
        arithmetic=tuple(tally.steps),
    )


def _verdict(tally: _Tally, due: datetime | None, end: datetime) -> Verdict:
    if tally.voided:
        return "void"
    if due is not None and end > due:
        return "breached"
    return "pending" if tally.stopped is None else "met"


def _state(tally: _Tally, verdict: Verdict) -> State:
    if tally.stopped is not None and verdict != "pending":
        return verdict
    return "running" if tally.open_pause is None else "paused"


def _second(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a clock needs aware times")
    return at.astimezone(UTC).replace(microsecond=0)
