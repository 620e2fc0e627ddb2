"""Why is this late? Each clock over its limit, to the second: which stage, whose, from when, until when, by what."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from maintenance.queries.ticket_clocks import ClockItem
from web import dates
from web.i18n import language
from web.lights import clock_name, limit_words
from web.words import _


def late_clocks(clocks: Collection[ClockItem], owner: str) -> list[dict[str, Any]]:
    """As ticket.html draws them, those that still run first. `owner`: whose clocks they are."""
    late = [clock for clock in clocks if clock.state.verdict == "breached"]
    return [_late(clock, owner) for clock in sorted(late, key=_order)]


def _order(clock: ClockItem) -> tuple[bool, int, datetime]:
    return clock.state.stopped_at is not None, -clock.round, clock.state.due_at or clock.state.started_at


def _late(clock: ClockItem, owner: str) -> dict[str, Any]:
    state = clock.state
    zh = language() == "zh"
    return {
        "label": clock_name(clock),
        "owner": owner,
        "over": dates.duration(state.late, language()),
        "provisional": state.provisional_breach,
        "gap": dates.duration(state.gap, language()) if state.gap else "",
        "from": clock.terms.start_zh if zh else clock.terms.start_en,
        "started": state.started_at,
        "limit": limit_words(clock),
        "source": state.source,
        "deferrals": state.deferrals,
        "due": state.due_at,
        "stopped": state.stopped_at,
        "sum": _sum(clock),
    }


def _sum(clock: ClockItem) -> str:
    """One line that holds the whole arithmetic."""
    line = clock.lines[0]
    return _("%(line)s, by %(source)s", line=line.zh if language() == "zh" else line.en, source=clock.state.source)
