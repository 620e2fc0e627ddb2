"""Clocks as pages show them: what is left in words with its colour, and the verdict when a clock has stopped."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from maintenance.clocks import durations
from maintenance.clocks.fold import ClockState
from maintenance.queries.ticket_clocks import ClockItem
from maintenance.queries.ticket_marks import ClockMark
from web import dates
from web.i18n import language
from web.words import _, ngettext

Light = tuple[str, str]
"""Words, and their colour: ok, warn, late, or "" where no clock runs."""
_URGENCY = {"late": 0, "warn": 1, "ok": 2, "": 3}


def clock_light(state: ClockState, now: datetime) -> Light:
    """What a clock says now: the time left while it runs, else its verdict."""
    if state.verdict == "void":
        return _("Not judged"), ""
    if state.provisional_breach:
        return _("%(time)s over, provisional", time=dates.duration(state.late, language())), "late"
    if state.verdict == "breached" and (state.stopped_at is not None or state.gap):
        return _("%(time)s over", time=dates.duration(state.late, language())), "late"
    if state.stopped_at is not None:
        return _("On time"), "ok"
    if state.due_at is None:
        return _("Paused"), ""
    return dates.remaining(state.due_at, now, state.warn_at, language())


def task_light(due: datetime | None, marks: Collection[ClockMark], now: datetime) -> Light:
    """The time left for a task. A clock that is due at the same moment says when yellow begins."""
    if due is None:
        return _("No limit"), ""
    warn_at = next((mark.state.warn_at for mark in marks if mark.state.due_at == due), None)
    return dates.remaining(due, now, warn_at, language())


def done_light(due: datetime | None, completed: datetime | None) -> Light:
    """How a done task met its time."""
    if due is None or completed is None:
        return _("Done"), ""
    if completed.replace(microsecond=0) <= due:
        return _("On time"), "ok"
    over = dates.duration(completed.replace(microsecond=0) - due, language())
    return _("%(time)s over", time=over), "late"


def ticket_light(marks: Collection[ClockMark], now: datetime, *, active: bool) -> Light | None:
    """The worst light of a ticket in progress, of equal ones the first due; or how many limits an ended one missed."""
    running = [mark.state for mark in marks if mark.state.stopped_at is None and mark.state.due_at is not None]
    if active and running:
        lights = [(clock_light(state, now), state.due_at or now) for state in running]
        return min(lights, key=lambda one: (_URGENCY[one[0][1]], one[1]))[0]
    if not marks:
        return None
    missed = sum(mark.state.verdict == "breached" for mark in marks)
    if missed:
        return ngettext("%(num)s limit missed", "%(num)s limits missed", missed), "late"
    judged = any(mark.state.verdict == "met" for mark in marks)
    return (_("On time"), "ok") if judged else None


def mark_line(mark: ClockMark, now: datetime) -> dict[str, Any]:
    """One clock in a list of tickets: {label, light, due, stopped}."""
    words, colour = clock_light(mark.state, now)
    state = {"due": mark.state.due_at, "stopped": mark.state.stopped_at}
    return {"label": clock_name(mark), "light": (words, colour), **state}


def clock_name(clock: ClockItem | ClockMark) -> str:
    """The stage in the reader's language."""
    return clock.terms.zh if language() == "zh" else clock.terms.en.capitalize()


def limit_words(clock: ClockItem) -> str:
    return durations.limit_words(clock.state.limit, clock.terms.calendar, language())


def clock_bar(clock: ClockItem, now: datetime) -> dict[str, Any]:
    """A clock beside a form (_parts.clock). A deferral is part of the time there is."""
    state = clock.state
    whole = state.due_at - state.started_at if state.deferrals and state.due_at else state.limit
    return {
        "label": clock_name(clock),
        "light": clock_light(clock.state, now),
        "due": clock.state.due_at,
        "limit": limit_words(clock),
        "elapsed_seconds": int(clock.state.elapsed_counted.total_seconds()),
        "limit_seconds": int(whole.total_seconds()),
    }


def present_round(clocks: Collection[ClockItem]) -> list[ClockItem]:
    """The clocks that run since the report or, if the fault has recurred, since then."""
    newest = max((clock.round for clock in clocks), default=1)
    return [clock for clock in clocks if clock.round == newest]


def clock_rounds(clocks: Collection[ClockItem], owner: str, now: datetime) -> list[dict[str, Any]]:
    """The ticket's tables of clocks, the present round first; a title only where there are several."""
    rounds: dict[int, list[ClockItem]] = {}
    for clock in clocks:
        rounds.setdefault(clock.round, []).append(clock)
    return [
        {
            "title": _round_title(number, rounds[number][0].state.started_at, now) if len(rounds) > 1 else "",
            "clocks": [clock_row(clock, owner, now) for clock in rounds[number]],
        }
        for number in sorted(rounds, reverse=True)
    ]


def _round_title(number: int, since: datetime, now: datetime) -> str:
    since_when = dates.moment(since, now, language())
    if number == 1:
        return _("First report, since %(time)s", time=since_when)
    return _("Recurrence %(count)s, since %(time)s", count=number - 1, time=since_when)


def clock_row(clock: ClockItem, owner: str, now: datetime) -> dict[str, Any]:
    """A clock in the ticket's table, with its arithmetic."""
    state = clock.state
    return {
        "label": clock_name(clock),
        "owner": owner,
        "limit": limit_words(clock),
        "source": state.source,
        "due": state.due_at,
        "started": state.started_at,
        "stopped": state.stopped_at,
        "elapsed": state.elapsed_counted,
        "light": clock_light(state, now),
        "lines": [line.zh if language() == "zh" else line.en for line in clock.lines],
    }
