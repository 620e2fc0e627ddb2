"""工单: every ticket a person may see; state and search stand in the address."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.people import current_actor
from accounts.policies import signed_in
from engine.errors import Invalid
from engine.queries.instance_list import InstanceItem, instance_list
from maintenance.queries.ticket_marks import ClockMark, clock_marks, open_steps
from web.case_view import STATES
from web.frame import counted, page
from web.lights import ticket_light
from web.menu import Entry
from web.pages.my_tasks import PAGE, first_page, search_words
from web.reading import now, reading
from web.words import _

blueprint = Blueprint("tickets", __name__)
ENTRY = Entry("tickets", lambda: _("Tickets"), "tickets.ticket_list", "work", "w", permissions=("case.read",))


@blueprint.get("/tickets")
@signed_in
def ticket_list() -> AnyResponse:
    actor, words, after = current_actor(), search_words(), request.args.get("after")
    state = request.args.get("state") or None
    state = state if state in STATES else None
    try:
        with reading() as connection:
            found = instance_list(connection, actor, state=state, search=words, after=after, limit=PAGE)
            ids = [item.id for item in found.items]
            marks, steps = clock_marks(connection, ids, now()), open_steps(connection, ids)
    except Invalid as error:
        return first_page(error)
    kept: dict[str, Any] = {"q": words or None, "state": state}
    view = {
        "q": words,
        "action": url_for("tickets.ticket_list"),
        "clear_url": url_for("tickets.ticket_list") if words or state else None,
        "selects": [{"name": "state", "label": _("State"), "value": state or "", "options": _states()}],
        "rows": [_row(item, marks[item.id], steps[item.id]) for item in found.items],
        "next_url": url_for("tickets.ticket_list", **kept, after=found.next) if found.next else None,
        "report_url": url_for("report.show") if actor.may("case.start") else None,
        "first_url": url_for("tickets.ticket_list", **kept) if after else None,
    }
    return page("tickets.html", "tickets", tickets=view)


def _states() -> list[tuple[str, str]]:
    return [("active", _("In progress")), ("completed", _("Finished")), ("cancelled", _("Cancelled"))]


def _row(item: InstanceItem, marks: list[ClockMark], open_now: list[str]) -> dict[str, Any]:
    active = item.state == "active"
    return {
        "id": str(item.id),
        "url": url_for("ticket.show", instance_id=item.id),
        "no": item.number,
        "subject": item.fields.get("symptom") or item.title,
        "process": item.process_name,
        "point": item.fields.get("point_name", ""),
        "state": STATES[item.state],
        "where": counted(open_now) if active else "",
        "light": ticket_light(marks, now(), active=active) if item.state != "cancelled" else None,
        "opened": item.started_at,
    }
