"""The figures of the board as its page draws them: each a number, and the address of the list of exactly these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for

from engine.errors import Words
from maintenance.queries.board import Judged, Place, Reported, Standing
from maintenance.queries.ticket_filter import NONE
from web.i18n import language
from web.period import Period
from web.ticket_filter import level_name
from web.words import _

Key = Callable[[Place], str]


@dataclass
class Sums:
    """What belongs to one row of a table, or to the whole board."""

    tickets: int = 0
    red: int = 0
    yellow: int = 0
    suspended: int = 0
    deferred: int = 0
    applied: int = 0
    waiting: int = 0
    met: int = 0
    breached: int = 0
    provisional: int = 0
    reported: int = 0

    @property
    def judged(self) -> int:
        return self.met + self.breached

    @property
    def share(self) -> str | None:
        """On time, in per cent; None where nothing was judged."""
        return on_time(self.met, self.breached)

    def add(self, row: Standing | Judged | Reported) -> None:
        if isinstance(row, Reported):
            self.reported += row.tickets
        elif isinstance(row, Judged):
            self.met, self.breached = self.met + row.met, self.breached + row.breached
            self.provisional += row.provisional
        else:
            for name in ("tickets", "red", "yellow", "suspended", "deferred", "applied", "waiting"):
                setattr(self, name, getattr(self, name) + getattr(row, name))


@dataclass(frozen=True)
class Figures:
    """Everything that was counted."""

    standing: Sequence[Standing]
    judged: Sequence[Judged]
    reported: Sequence[Reported]
    period: Period
    stages: dict[str, Words] = field(default_factory=dict)

    def rows(self) -> Iterable[Standing | Judged | Reported]:
        yield from self.standing
        yield from self.judged
        yield from self.reported


def on_time(met: int, breached: int) -> str | None:
    """Rounded down to a tenth: 100 % is said of nothing that missed one."""
    judged = met + breached
    return f"{met * 1000 // judged / 10:g} %" if judged else None


def total(figures: Figures) -> Sums:
    found = Sums()
    for row in figures.rows():
        found.add(row)
    return found


def contractors(figures: Figures) -> list[dict[str, Any]]:
    names = {row.place.contractor or NONE: row.place.contractor_name for row in figures.rows()}
    rows = _by(figures, lambda place: place.contractor or NONE)
    ordered = sorted(rows, key=lambda key: (key == NONE, -rows[key].tickets, names[key] or ""))
    return [_line(names[key] or _("No contract"), rows[key], figures.period, contractor=key) for key in ordered]


def levels(figures: Figures) -> list[dict[str, Any]]:
    rows = _by(figures, lambda place: str(place.level or NONE))
    return [_line(level_name(key), rows[key], figures.period, level=key) for key in sorted(rows)]


def processes(figures: Figures) -> list[dict[str, Any]]:
    names = {row.place.process: row.place.process_name for row in figures.rows()}
    rows = _by(figures, lambda place: place.process)
    return [_line(names[key], rows[key], figures.period, process=key) for key in sorted(rows)]


def clocks(figures: Figures) -> list[dict[str, Any]]:
    """By stage, in the order of the packs."""
    rows: dict[str, Sums] = {}
    for row in figures.judged:
        rows.setdefault(row.clock, Sums()).add(row)
    order = [*figures.stages, *sorted(rows.keys() - figures.stages.keys())]
    return [_line(_stage(figures, key), rows[key], figures.period, clock=key) for key in order if key in rows]


def tickets(**filter: Any) -> str:
    """The list of tickets with this filter."""
    return url_for("tickets.ticket_list", **filter)


def stopped(period: Period) -> dict[str, str]:
    return {"stopped_from": period.first.isoformat(), "stopped_to": period.last.isoformat()}


def reported_in(first: date, last: date) -> dict[str, str]:
    return {"reported_from": first.isoformat(), "reported_to": last.isoformat()}


def figure(number: int, of: str = "tickets", **filter: Any) -> dict[str, Any]:
    """`of`: what is counted, tickets or clocks."""
    return {"number": number, "of": of, "url": tickets(**filter)}


def _line(name: str, sums: Sums, period: Period, **place: str) -> dict[str, Any]:
    when = stopped(period)
    return {
        "name": name,
        "tickets": figure(sums.tickets, state="active", **place),
        "red": figure(sums.red, light="red", **place),
        "yellow": figure(sums.yellow, light="yellow", **place),
        "judged": figure(sums.judged, "clocks", verdict="judged", **when, **place),
        "met": figure(sums.met, "clocks", verdict="met", **when, **place) | {"shown": sums.share},
        "breached": figure(sums.breached, "clocks", verdict="breached", **when, **place),
        "provisional": figure(sums.provisional, "clocks", verdict="provisional", **when, **place),
        "reported": figure(sums.reported, **reported_in(period.first, period.last), **place),
        "bar": bar(sums),
    }


def bar(sums: Sums) -> list[tuple[str, float, float]]:
    """The verdicts as parts of one bar of length 100: (kind, from, length)."""
    if not sums.judged:
        return []
    parts = {"met": sums.met, "provisional": sums.provisional, "breached": sums.breached - sums.provisional}
    found, begin = [], 0.0
    for kind, count in parts.items():
        length = round(count * 100 / sums.judged, 2)
        found.append((kind, round(begin, 2), length))
        begin += length
    return found


def _by(figures: Figures, key: Key) -> dict[str, Sums]:
    rows: dict[str, Sums] = {}
    for row in figures.rows():
        rows.setdefault(key(row.place), Sums()).add(row)
    return rows


def _stage(figures: Figures, key: str) -> str:
    words = figures.stages.get(key)
    return key if words is None else words.zh if language() == "zh" else words.en.capitalize()
