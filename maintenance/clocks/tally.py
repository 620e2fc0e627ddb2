"""The facts of a clock read one by one: what each means, whether it counts, and where the due time stands after it.

An application for a deferral stops nothing (rulebook P-06). A breach while one that was lodged in time is pending is
provisional: the approval clears it, a refusal makes it final. What lies between the due time and a late application is
late for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from engine.calendar import Calendar
from maintenance.clocks import durations
from maintenance.clocks.events import ClockEvent
from maintenance.clocks.terms import ClockTerms

Remark = Literal[
    "", "late", "cleared", "final", "not_started", "already_started", "already_ended", "not_pausable",
    "already_paused", "not_paused", "paused", "not_longer", "already_applied", "not_applied",
]  # fmt: skip
COUNTED: frozenset[Remark] = frozenset({"", "late", "cleared", "final"})
"""Remarks of facts that count: nothing to say; a late application; a breach cleared; a breach made final."""


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic: a fact, and what is to be said of it."""

    event: ClockEvent
    remark: Remark = ""

    @property
    def counted(self) -> bool:
        return self.remark in COUNTED


@dataclass
class Interruption:
    kind: Literal["pause", "extension"]
    since: datetime
    until: datetime | None  # None: a pause that lasts


@dataclass(frozen=True)
class Application:
    lodged: datetime
    due: datetime | None  # as it was then; None: paused

    @property
    def in_time(self) -> bool:
        return self.due is None or self.lodged <= self.due


@dataclass
class Tally:
    """The facts as far as they have been read."""

    terms: ClockTerms
    calendar: Calendar
    limit: timedelta
    source: str
    started: datetime | None = None
    judged_from: datetime | None = None
    stopped: datetime | None = None
    voided: bool = False
    interruptions: list[Interruption] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    applications: dict[Any, Application] = field(default_factory=dict)  # pending ones, by deferral
    gaps: list[tuple[datetime, datetime]] = field(default_factory=list)  # between a due time and a late application
    deferrals: int = 0

    @property
    def open_pause(self) -> Interruption | None:
        last = self.interruptions[-1] if self.interruptions else None
        return last if last is not None and last.until is None else None


def take(tally: Tally, event: ClockEvent) -> Remark:
    """Read one fact; the answer is what is to be said of it."""
    if event.kind == "started":
        return _start(tally, event)
    if tally.started is None:
        return "not_started"
    if tally.stopped is not None and (tally.voided or event.kind not in _DECISIONS or not _pending(tally, event)):
        return "already_ended"
    return _TAKE[event.kind](tally, event, tally.started)


def _start(tally: Tally, event: ClockEvent) -> Remark:
    if tally.started is not None:
        return "already_started"
    tally.started = tally.judged_from = whole_second(event.at)
    return ""


def _stop(tally: Tally, event: ClockEvent, started: datetime) -> Remark:
    _resume(tally, event, started)
    tally.stopped, tally.voided = whole_second(event.at), event.kind == "voided"
    if tally.voided:
        tally.applications.clear()
    return ""


def _pause(tally: Tally, event: ClockEvent, started: datetime) -> Remark:
    if not tally.terms.pausable:
        return "not_pausable"
    if tally.open_pause is not None:
        return "already_paused"
    tally.interruptions.append(Interruption("pause", whole_second(event.at), None))
    return ""


def _resume(tally: Tally, event: ClockEvent, started: datetime) -> Remark:
    pause = tally.open_pause
    if pause is None:
        return "not_paused"
    pause.until = whole_second(event.at)
    return ""


def _retarget(tally: Tally, event: ClockEvent, started: datetime) -> Remark:
    tally.limit, tally.source = durations.parse(event.data["limit"]), event.data["source"]
    tally.judged_from = whole_second(event.at)
    return ""


def _apply(tally: Tally, event: ClockEvent, started: datetime) -> Remark:
    """An application changes nothing yet; what counts is whether it was lodged in time."""
    if _pending(tally, event):
        return "already_applied"
    application = Application(whole_second(event.at), marks(tally, started)[1])
    tally.applications[event.data.get("deferral")] = application
    return "" if application.in_time else "late"


def _refuse(tally: Tally, event: ClockEvent, started: datetime) -> Remark:
    """Refused, or withdrawn before anybody decided: the original time stands."""
    if not _pending(tally, event):
        return "not_applied"
    application = tally.applications.pop(event.data.get("deferral"))
    return "final" if application.in_time and overrun(tally, started, whole_second(event.at)) else ""


def _extend(tally: Tally, event: ClockEvent, started: datetime) -> Remark:
    """A granted deferral: the due time becomes its end. What was late before it was applied for stays late."""
    at, until = whole_second(event.at), whole_second(datetime.fromisoformat(event.data["until"]))
    _, due = marks(tally, started)
    application = tally.applications.pop(event.data.get("deferral"), Application(at, due))
    if due is None:
        return "paused"
    if until <= due:
        return "not_longer"
    over = overrun(tally, started, at)
    if not application.in_time:
        _add_gap(tally, application, until)
    tally.interruptions.append(Interruption("extension", at, until))
    tally.judged_from, tally.deferrals = at, tally.deferrals + 1
    if not application.in_time:
        return "late"
    return "cleared" if over and not overrun(tally, started, at) else ""


def _add_gap(tally: Tally, application: Application, until: datetime) -> None:
    """From the due time to the application. What an earlier gap holds, or lies after the new end, counts once."""
    since = max([application.due or application.lodged, *(end for _, end in tally.gaps)])
    end = min(application.lodged, until)
    if since < end:
        tally.gaps.append((since, end))


def overrun(tally: Tally, started: datetime, at: datetime) -> timedelta:
    """How far the clock ran over its due time, up to its stop or up to `at`."""
    _, due = marks(tally, started)
    return max((tally.stopped or at) - due, timedelta(0)) if due is not None else timedelta(0)


def _pending(tally: Tally, event: ClockEvent) -> bool:
    return event.data.get("deferral") in tally.applications


_TAKE: Mapping[str, Callable[[Tally, ClockEvent, datetime], Remark]] = {
    "stopped": _stop,
    "voided": _stop,
    "paused": _pause,
    "resumed": _resume,
    "retargeted": _retarget,
    "applied": _apply,
    "refused": _refuse,
    "withdrawn": _refuse,
    "extended": _extend,
}
_DECISIONS = frozenset({"extended", "refused", "withdrawn"})
"""What still counts when the clock has stopped, if the application came before."""


def marks(tally: Tally, started: datetime) -> tuple[datetime | None, datetime | None]:
    """The warn and the due time: a pause moves what has not come yet, a deferral replaces both."""
    calendar, share = tally.calendar, tally.terms.warn_share
    due = calendar.add(started, tally.limit)
    warn = calendar.advance(started, calendar.elapsed(started, due) * share)
    for item in tally.interruptions:
        if item.until is None:
            return (None if item.since <= warn else whole_second(warn)), (None if item.since <= due else due)
        if item.kind == "pause":
            counted = calendar.elapsed(item.since, item.until)
            warn = calendar.advance(warn, counted) if item.since <= warn else warn
            due = calendar.advance(due, counted) if item.since <= due else due
        elif due < item.until:
            due = item.until
            ahead = calendar.elapsed(item.since, due) if item.since < due else timedelta(0)
            warn = calendar.advance(item.since, ahead * share) if ahead else due
    return whole_second(warn), due


def whole_second(at: datetime) -> datetime:
    """Raises ValueError for a naive time."""
    if at.tzinfo is None:
        raise ValueError("a clock needs aware times")
    return at.astimezone(UTC).replace(microsecond=0)
