"""审批: the applications for a deferral that wait for this person's decision, the ticket that is due first on top."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for

from accounts.people import current_actor
from accounts.policies import requires
from maintenance.queries.ticket_marks import clock_marks
from maintenance.queries.waiting_approvals import WaitingApproval, waiting_approvals
from web.decision import reason_words
from web.frame import page
from web.lights import Light, ticket_light
from web.reading import now, reading
from web.words import _

blueprint = Blueprint("approvals", __name__)


@blueprint.get("/approvals")
@requires("task.work")
def show() -> Response:
    with reading() as connection:
        waiting = waiting_approvals(connection, current_actor())
        marks = clock_marks(connection, {one.root_id for one in waiting}, now())
    rows = [_row(one, ticket_light(marks[one.root_id], now(), active=True) or ("–", "")) for one in waiting]
    view = {"rows": rows, "refresh_url": url_for("approvals.show"), "back_url": url_for("my_tasks.task_list")}
    return page("approvals.html", "tasks", approvals=view)


def _row(one: WaitingApproval, light: Light) -> dict[str, Any]:
    return {
        "id": one.task_id,
        "url": url_for("task.show", task_id=one.task_id),
        "no": one.number,
        "point": one.point,
        "subject": one.symptom,
        "reason": reason_words(one.reason),
        "who": one.applicant or "–",
        "lodged": one.lodged_at,
        "until": one.requested_until,
        "holder": _("%(who)s has claimed it", who=one.assignee) if one.assignee else "",
        "light": light,
        "due": one.due_at,
    }
