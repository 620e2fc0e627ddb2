"""工单: every ticket a person may see; state, search and what the board counts by stand in the address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.people import current_actor
from accounts.policies import signed_in
from engine.authorization import Actor
from engine.errors import Invalid
from engine.queries.instance_list import InstanceItem, found_ids, instance_list
from engine.queries.paging import Page
from maintenance.queries.ticket_choices import TicketChoices, ticket_choices
from maintenance.queries.ticket_count import Count, meant_clocks, ticket_count
from maintenance.queries.ticket_filter import conditions
from maintenance.queries.ticket_marks import ClockMark, clock_marks, open_steps
from web.case_view import STATES
from web.frame import counted, listed, page
from web.lights import mark_line, ticket_light
from web.menu import Entry
from web.pages.my_tasks import PAGE, first_page, search_words
from web.reading import now, reading
from web.ticket_filter import Asked, asked, chips, selects
from web.words import _, ngettext

blueprint = Blueprint("tickets", __name__)
ENTRY = Entry("tickets", lambda: _("Tickets"), "tickets.ticket_list", "work", "w", permissions=("case.read",))


@dataclass(frozen=True)
class _Found:
    """One page of the list, read at once."""

    page: Page[InstanceItem]
    count: Count | None  # None: nothing is filtered by
    marks: dict[int, list[ClockMark]]
    steps: dict[int, list[str]]
    meant: frozenset[int]  # ids of the clocks that the filter is about
    choices: TicketChoices


@blueprint.get("/tickets")
@signed_in
def ticket_list() -> AnyResponse:
    actor, words, filter = current_actor(), search_words(), asked(request.args)
    state = request.args.get("state") or None
    state = state if state in STATES else None
    if filter.not_understood:
        flash(_("Not understood and left out: %(names)s", names=listed(filter.not_understood)), "warning")
    try:
        with reading() as connection:
            found = _read(connection, actor, filter, state, words)
    except Invalid as error:
        return first_page(error)
    kept: dict[str, Any] = {"q": words or None, "state": state, **filter.given}
    return page("tickets.html", "tickets", tickets=_view(found, filter, kept))


def _read(connection: Connection, actor: Actor, filter: Asked, state: str | None, words: str) -> _Found:
    where = conditions(filter.wanted, connection.dialect.name, now())
    after = request.args.get("after")
    found = instance_list(connection, actor, state=state, search=words, where=where, after=after, limit=PAGE)
    ids = [item.id for item in found.items]
    all = found_ids(actor, state=state, search=words, where=where)
    return _Found(
        found,
        ticket_count(connection, all, filter.wanted, now()) if filter.given else None,
        clock_marks(connection, ids, now()),
        open_steps(connection, ids),
        meant_clocks(connection, ids, filter.wanted, now()),
        ticket_choices(connection, actor),
    )


def _view(found: _Found, filter: Asked, kept: dict[str, Any]) -> dict[str, Any]:
    state = {"name": "state", "label": _("State"), "value": kept["state"] or "", "options": _states()}
    shown = selects(filter.given, found.choices)
    return {
        "q": kept["q"] or "",
        "action": url_for("tickets.ticket_list"),
        "clear_url": url_for("tickets.ticket_list") if any(kept.values()) else None,
        "selects": [state, *shown[:1]],
        "more": shown[1:],
        "days": filter.given,
        "keep": {name: filter.given[name] for name in ("waiting", "suspended", "deferral") if name in filter.given},
        "chips": [
            {"words": words, "url": url_for("tickets.ticket_list", **{k: v for k, v in kept.items() if k not in names})}
            for names, words in chips(filter.given, found.choices)
        ],
        "count": found.count,
        "count_words": _count_words(found.count) if found.count else "",
        "rows": [_row(item, found.marks[item.id], found.steps[item.id], found.meant) for item in found.page.items],
        "next_url": url_for("tickets.ticket_list", **kept, after=found.page.next) if found.page.next else None,
        "first_url": url_for("tickets.ticket_list", **kept) if request.args.get("after") else None,
        "report_url": url_for("report.show") if current_actor().may("case.start") else None,
    }


def _count_words(count: Count) -> str:
    tickets = ngettext("%(num)s ticket", "%(num)s tickets", count.tickets)
    if count.clocks is None:
        return tickets
    return listed([tickets, ngettext("%(num)s clock", "%(num)s clocks", count.clocks)])


def _states() -> list[tuple[str, str]]:
    return [("active", _("In progress")), ("completed", _("Finished")), ("cancelled", _("Cancelled"))]


def _row(item: InstanceItem, marks: list[ClockMark], open_now: list[str], meant: Collection[int]) -> dict[str, Any]:
    active = item.state == "active"
    return {
        "id": str(item.id),
        "url": url_for("ticket.show", instance_id=item.id),
        "no": item.number,
        "subject": item.fields.get("symptom") or item.title,
        "process": item.process_name,
        "point": item.fields.get("point_name", ""),
        "state": "suspended" if item.suspended_at else STATES[item.state],
        "where": counted(open_now) if active else "",
        "light": ticket_light(marks, now(), active=active) if item.state != "cancelled" else None,
        "opened": item.started_at,
        "clocks": [mark_line(mark, now()) for mark in marks if mark.id in meant],
    }
