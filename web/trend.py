"""The days of a period as a drawing and as a table: tickets reported, and the share of clocks that stopped in time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from maintenance.queries.board import Judged, Reported
from web import dates
from web.board_view import Figures, Sums, figure, on_time, reported_in
from web.i18n import language
from web.period import days as whole_days
from web.words import _

STEP = 10
"""Width of a day in the drawing's own units; its height is 100."""
BAR = 6
MOST = 45
"""Days with a column each; a longer period is drawn by the week."""


def trend(figures: Figures, now: datetime) -> dict[str, Any]:
    """{columns, lines, width, top, labels}: board.html draws them."""
    spans = _spans(figures)
    sums = [_sums(figures, first, last) for first, last in spans]
    top = _round_up(max((one.reported for one in sums), default=0))
    columns = [_column(n, span, sums[n], top, now) for n, span in enumerate(spans)]
    return {
        "columns": columns,
        "lines": _lines(columns),
        "width": len(columns) * STEP,
        "top": top,
        "by": _("day") if len(spans) == len(figures.period.days) else _("week"),
        "labels": _labels(columns),
    }


def _spans(figures: Figures) -> list[tuple[date, date]]:
    days = figures.period.days
    size = 1 if len(days) <= MOST else 7
    return [(days[n], days[min(n + size, len(days)) - 1]) for n in range(0, len(days), size)]


def _sums(figures: Figures, first: date, last: date) -> Sums:
    found = Sums()
    rows: list[Judged | Reported] = [*figures.judged, *figures.reported]
    for row in rows:
        if first <= row.day <= last:
            found.add(row)
    return found


def _column(number: int, span: tuple[date, date], sums: Sums, top: int, now: datetime) -> dict[str, Any]:
    first, last = span
    when = {"stopped_from": first.isoformat(), "stopped_to": last.isoformat()}
    share = sums.met * 100 / sums.judged if sums.judged else None
    return {
        "name": _name(first, last, now),
        "short": f"{first.month}/{first.day}",
        "x": number * STEP,
        "middle": number * STEP + STEP / 2,
        "bar_x": number * STEP + (STEP - BAR) / 2,
        "bar": round(sums.reported * 100 / top, 2),
        "y": None if share is None else round(100 - share, 2),
        "share": on_time(sums.met, sums.breached),
        "reported": figure(sums.reported, **reported_in(first, last)),
        "judged": figure(sums.judged, "clocks", verdict="judged", **when),
        "met": figure(sums.met, "clocks", verdict="met", **when),
        "breached": figure(sums.breached, "clocks", verdict="breached", **when),
    }


def _name(first: date, last: date, now: datetime) -> str:
    words = dates.day(whole_days(first, first).since, now, language())
    if first == last:
        return words
    return _("%(first)s to %(last)s", first=words, last=dates.day(whole_days(last, last).since, now, language()))


def _lines(columns: list[dict[str, Any]]) -> list[str]:
    """Points of each unbroken stretch of days on which something was judged."""
    lines: list[list[str]] = [[]]
    for column in columns:
        if column["y"] is None:
            lines.append([])
        else:
            lines[-1].append(f"{column['middle']:g},{column['y']:g}")
    return [" ".join(points) for points in lines if len(points) > 1]


def _labels(columns: list[dict[str, Any]]) -> list[str]:
    """A few days named below the drawing, evenly."""
    if len(columns) < 3:
        return [column["short"] for column in columns]
    return (
        [columns[n * (len(columns) - 1) // 4]["short"] for n in range(5)]
        if len(columns) > 5
        else [column["short"] for column in columns]
    )


def _round_up(most: int) -> int:
    """The number at the top of the axis."""
    for limit in (4, 8, 10, 20, 40, 50, 80, 100):
        if most <= limit:
            return limit
    return -(-most // 100) * 100
