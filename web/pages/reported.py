"""After 报修: the page with the number, and 查进度, which finds a ticket by it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.people import current_actor
from accounts.policies import requires, signed_in
from engine.queries.instance_list import instance_list
from maintenance.clocks.fold import ClockState
from web import dates
from web.case_view import CaseView, case_view
from web.frame import page, waits_for
from web.i18n import language
from web.lights import clock_name, present_round
from web.reading import now, reading
from web.words import _

blueprint = Blueprint("reported", __name__)

MOST = 6
"""Tickets that a part of a number may fit before it is called too short."""


@blueprint.get("/report/sent/<int(max=9223372036854775807):instance_id>")
@requires("case.start")
def show(instance_id: int) -> Response:
    with reading() as connection:
        case = case_view(connection, current_actor(), instance_id)
    view = {
        "no": case.detail.instance.number,
        "subject": case.detail.instance.title,
        "next": _next(case),
        "ticket_url": url_for("ticket.show", instance_id=case.id),
        "again_url": url_for("report.show"),
        "tasks_url": url_for("my_tasks.task_list", tab="started"),
    }
    return page("reported.html", "report", reported=view)


@blueprint.get("/report/follow")
@signed_in
def follow() -> AnyResponse:
    """?number=: to the ticket with this number, or whose number ends so; only those that this person may see."""
    number = request.args.get("number", "").replace("\0", "").strip()[:60]
    rows: list[dict[str, Any]] = []
    if number:
        with reading() as connection:
            found = instance_list(connection, current_actor(), search=number, limit=MOST).items
        fitting = [one for one in found if one.number and number.upper() in one.number.upper()]
        exact = [one for one in fitting if one.number and one.number.upper() == number.upper()]
        if len(exact or fitting) == 1:
            return redirect(url_for("ticket.show", instance_id=(exact or fitting)[0].id), 303)
        rows = [
            {
                "url": url_for("ticket.show", instance_id=one.id),
                "no": one.number,
                "title": one.title,
                "at": one.started_at,
            }
            for one in fitting
        ]
    view = {"number": number, "rows": rows, "action": url_for("reported.follow"), "back_url": url_for("report.show")}
    return page("follow.html", "report", follow=view)


def _next(case: CaseView) -> list[str]:
    """Who has it now, until when, and how the reporter hears of it."""
    waits = [
        _("“%(step)s”: %(who)s", step=task.name, who=task.assignee or waits_for(task.candidates))
        for task in case.detail.tasks
    ]
    running = [(clock_name(clock), clock.state) for clock in present_round(case.clocks)]
    limits = [_("%(stage)s by %(time)s", stage=name, time=_due(state)) for name, state in running if state.due_at]
    said = [_("The contract's limits: %(limits)s", limits=_(", ").join(limits))] if limits else []
    return [*waits, *said, _("Follow it under “Raised by me”, or by its number on the page for reporting.")]


def _due(state: ClockState) -> str:
    return dates.moment(state.due_at, now(), language()) if state.due_at else "–"
