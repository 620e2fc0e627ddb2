"""看板: what is red and yellow now and how a period went; every figure leads to the list of exactly its tickets."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from sqlalchemy import Connection

from accounts.people import current_actor
from accounts.policies import requires
from engine.authorization import Actor
from maintenance.queries.board import Late, judged_clocks, most_late, reported, standing
from maintenance.queries.ticket_choices import ticket_choices
from web import board_view, dates
from web.board_view import Figures, Sums, figure, stopped
from web.frame import page
from web.i18n import language
from web.menu import Entry
from web.period import KEYS, BadPeriod, Period, days, period, words
from web.reading import now, reading
from web.ticket_filter import DISPATCH, dispatch_forms
from web.trend import trend
from web.words import _

blueprint = Blueprint("board", __name__)
ENTRY = Entry("board", lambda: _("Board"), "board.show", "watch", "b", permissions=("case.read",))


@blueprint.get("/board")
@requires("case.read")
def show() -> Response:
    """?period=today|7|30|month|last_month, or ?from=DAY&to=DAY."""
    actor, errors = current_actor(), list[str]()
    try:
        chosen = period(request.args, now())
    except BadPeriod as error:
        chosen = period({}, now())
        errors.append(str(error))
    with reading() as connection:
        figures = _figures(connection, actor, chosen)
        late = most_late(connection, actor, now())
        today = _reported_today(connection, actor, figures)
    return page("board.html", "board", board=_view(figures, late, today, errors))


def _figures(connection: Connection, actor: Actor, chosen: Period) -> Figures:
    return Figures(
        standing(connection, actor, dispatch_forms(), now()),
        judged_clocks(connection, actor, chosen.span, now()),
        reported(connection, actor, chosen.span),
        chosen,
        ticket_choices(connection, actor).stages,
    )


def _reported_today(connection: Connection, actor: Actor, figures: Figures) -> int:
    today = now().astimezone(dates.SHANGHAI).date()
    known = figures.period.first <= today <= figures.period.last
    rows = figures.reported if known else reported(connection, actor, days(today, today))
    return sum(row.tickets for row in rows if row.day == today)


def _view(figures: Figures, late: list[Late], today: int, errors: list[str]) -> dict[str, Any]:
    total, chosen = board_view.total(figures), figures.period
    return {
        "as_of": now(),
        "periods": [
            {"words": words(key), "url": url_for("board.show", period=key), "here": key == chosen.key} for key in KEYS
        ],
        "custom": {"from": request.args.get("from", ""), "to": request.args.get("to", "")},
        "from_to": f"{chosen.first.isoformat()} – {chosen.last.isoformat()}",
        "errors": errors,
        "refresh_url": f"{request.path}?{urlencode(chosen.address())}",
        "tiles": _tiles(total, chosen, today),
        "bar": board_view.bar(total),
        "trend": trend(figures, now()),
        "late": [_late(one) for one in late],
        "all_late_url": board_view.tickets(light="red"),
        "tables": _tables(figures),
    }


def _tables(figures: Figures) -> list[dict[str, Any]]:
    rows = {
        "contractor": (_("By contractor"), _("Contractor"), board_view.contractors(figures)),
        "level": (_("By level"), _("Level"), board_view.levels(figures)),
        "process": (_("By process"), _("Process"), board_view.processes(figures)),
        "clock": (_("By clock"), _("Clock"), board_view.clocks(figures)),
    }
    return [
        {"key": key, "title": title, "what": what, "rows": found, "now": key != "clock"}
        for key, (title, what, found) in rows.items()
    ]


def _tiles(total: Sums, chosen: Period, today: int) -> list[dict[str, Any]]:
    when, day = stopped(chosen), now().astimezone(dates.SHANGHAI).date()
    judged = figure(total.judged, "clocks", verdict="judged", **when)
    return [
        _tile("late", _("Red now"), figure(total.red, light="red"), _("of %(num)s in progress"),
              figure(total.tickets, state="active")),
        _tile("warn", _("Yellow now"), figure(total.yellow, light="yellow"), _("nearly due")),
        _tile("share", _("On time"), judged | {"shown": total.share or "–"}, _("of %(num)s clocks"), judged,
              more=[(_("%(num)s over"), figure(total.breached, "clocks", verdict="breached", **when)),
                    (_("%(num)s provisional"), figure(total.provisional, "clocks", verdict="provisional", **when))]),
        _tile("", _("Reported today"), figure(today, **board_view.reported_in(day, day)), _("%(num)s in the period"),
              figure(total.reported, **board_view.reported_in(chosen.first, chosen.last))),
        _tile("", _("Waiting for dispatch"), figure(total.waiting, waiting=DISPATCH), _("nobody has been sent yet")),
        _tile("", _("Deferred"), figure(total.deferred, deferral="granted"), _("%(num)s applied for"),
              figure(total.applied, deferral="pending"),
              more=[(_("%(num)s suspended"), figure(total.suspended, suspended="yes"))]),
    ]  # fmt: skip


def _tile(
    tone: str,
    label: str,
    main: dict[str, Any],
    below: str,
    linked: dict[str, Any] | None = None,
    more: list[tuple[str, dict[str, Any]]] | None = None,
) -> dict[str, Any]:
    """`below`: words under the number; where they hold %(num)s, they are a figure of their own, as `more` are."""
    lines = [(below, linked)] + [(words, one) for words, one in more or [] if one["number"]]
    return {
        "tone": tone,
        "label": label,
        "figure": main,
        "lines": [{"words": words % {"num": one["number"]} if one else words, "figure": one} for words, one in lines],
    }


def _late(one: Late) -> dict[str, Any]:
    return {
        "no": one.number,
        "title": one.title,
        "url": url_for("ticket.show", instance_id=one.id),
        "contractor": one.contractor or "",
        "light": dates.remaining(one.due_at, now(), None, language()),
    }
