"""The lights of a clock: yellow before it is due, red when it is, then red again one superior higher each interval."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from maintenance.clocks.fold import ClockState
from maintenance.clocks.terms import ClockTerms

Level = Literal["yellow", "red"]
Standing = Literal["stands", "provisional", "cleared"]

DEFERRED = "+"
"""Between a light's name and the number of deferrals granted before it."""


@dataclass(frozen=True)
class Threshold:
    """One light of one clock. It is recorded once, whoever sees it first."""

    clock_key: str
    name: str  # "warn", "breach", "escalate.1", "escalate.2" …; after the n-th deferral "warn+n" …
    level: Level
    step: int  # 0: warn and breach; k: the k-th escalation 督办
    at: datetime  # when it comes, UTC
    escalate_to: str | None  # the candidate group that is told besides the performer


def thresholds(state: ClockState, terms: ClockTerms) -> list[Threshold]:
    """All lights of a running clock in order of time, past and future; none of one that is paused or has ended.

    The breach goes to chain[0] at the due time, each further interval to the next in the chain until it ends (rulebook
    2.0, 10.3). If a change of the limit puts the due time into the past, the breach is told once, at the change, with
    no warning before it. A deferral lights them all anew, at its own times.
    """
    if state.state != "running" or state.due_at is None or state.warn_at is None:
        return []
    breach_at = max(state.due_at, state.judged_from)
    anew = f"{DEFERRED}{state.deferrals}" if state.deferrals else ""
    found = []
    if state.due_at > state.judged_from:
        found.append(Threshold(terms.key, f"warn{anew}", "yellow", 0, max(state.warn_at, state.judged_from), None))
    found.append(Threshold(terms.key, f"breach{anew}", "red", 0, breach_at, terms.chain[0] if terms.chain else None))
    for step, group in enumerate(terms.chain[1:], start=1):
        at = breach_at + step * terms.escalation_interval
        found.append(Threshold(terms.key, f"escalate.{step}{anew}", "red", step, at, group))
    return found


def standing(name: str, level: str, state: ClockState) -> Standing:
    """What became of a light that was told: a red one is provisional while an application that was lodged in time is
    pending, and cleared by its approval. Told it stays."""
    if level == "yellow":
        return "stands"
    granted = [step.remark for step in state.arithmetic if step.event.kind == "extended" and step.counted]
    period = int(name.partition(DEFERRED)[2] or 0)
    if period < len(granted):
        return "cleared" if granted[period] == "cleared" else "stands"
    return "provisional" if state.provisional_breach else "stands"


def next_threshold(
    clocks: Sequence[tuple[ClockState, ClockTerms]], recorded: Collection[tuple[str, str]], level: Level
) -> Threshold | None:
    """The earliest light of that level not yet recorded among the clocks of a phase; None: nothing is left.

    `clocks`: each key once, in the order that settles a tie; `recorded`: (clock key, threshold name). The answer may
    lie in the past: a warning that was missed while the server was down is still recorded, in order of time.
    """
    waiting = [
        light
        for state, terms in clocks
        for light in thresholds(state, terms)
        if light.level == level and (light.clock_key, light.name) not in recorded
    ]
    return min(waiting, key=lambda light: light.at, default=None)
