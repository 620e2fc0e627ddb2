"""One 工单 with everything that happened to it: open tasks, clocks with their arithmetic, timeline, forms as filled."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires, signed_in
from engine.audit import Verification, verify_cases
from engine.authorization import Actor
from engine.commands.add_comment import add_comment
from engine.commands.cancel_instance import MAX_REASON, cancel_instance
from engine.commands.deliver_message import deliver_message
from engine.commands.record_verification import record_verification
from engine.errors import Invalid
from engine.messages import NobodyWaits
from engine.queries.attachments import attachments
from engine.queries.awaited_messages import awaited_messages
from engine.queries.case_links import case_links
from engine.queries.diagram import case_diagram as read_diagram
from engine.queries.instance_detail import OpenTaskItem
from engine.words import required_words
from maintenance.queries.ticket_marks import ClockMark, clock_marks
from web.case_diagram import case_diagram
from web.case_view import STATES, CaseView, case_view
from web.chains import damage_rows
from web.fields import words_of
from web.frame import page, waits_for
from web.gallery import gallery
from web.lateness import late_clocks
from web.lights import clock_name, clock_rounds, task_light, ticket_light
from web.pages.deferral import offer
from web.reading import now, reading
from web.related import link_rows, participant_rows, suspension
from web.timeline import timeline, told_in
from web.waiting import MAX_NOTE, Refused, message_forms, waits
from web.words import _

blueprint = Blueprint("ticket", __name__, url_prefix="/tickets/<int(max=9223372036854775807):instance_id>")
"""Larger numbers fit no database: they are no ticket's."""


@blueprint.get("")
@signed_in
def show(instance_id: int) -> AnyResponse:
    return _page(instance_id)


@blueprint.post("/comments")
@requires("comment.write")
def comment(instance_id: int) -> AnyResponse:
    text = request.form.get("comment", "")
    try:
        house().engine.run(add_comment, current_actor(), instance_id, text)
    except Invalid as error:
        return _page(instance_id, 422, comment=text, comment_errors=words_of(error)["text"])
    flash(_("Your comment is kept in the history."), "success")
    return redirect(url_for("ticket.show", instance_id=instance_id), 303)


@blueprint.post("/cancel")
@requires("case.cancel")
def cancel(instance_id: int) -> AnyResponse:
    reason = request.form.get("reason", "")
    try:
        house().engine.run(cancel_instance, current_actor(), instance_id, reason)
    except Invalid as error:
        return _page(instance_id, 422, reason=reason, reason_errors=words_of(error)["reason"])
    flash(_("The ticket has been cancelled."), "success")
    return redirect(url_for("ticket.show", instance_id=instance_id), 303)


@blueprint.post("/messages")
@requires("message.send")
def send(instance_id: int) -> AnyResponse:
    """Bring the case a message it waits for, with a note."""
    actor, name, note = current_actor(), request.form.get("name", ""), request.form.get("note", "")
    with reading() as connection:
        client = case_view(connection, actor, instance_id).organisation_id
    try:
        payload = {"note": required_words("note", note, MAX_NOTE)}
        house().engine.run(deliver_message, actor, client, name, payload, case_id=instance_id)
    except Invalid as error:
        return _page(instance_id, 422, refused=Refused(name, note, words_of(error)["note"]))
    except NobodyWaits as error:
        return _page(instance_id, error.status, notice=_("The ticket has moved on: it waits for this no longer."))
    flash(_("It is noted, and the ticket goes on."), "success")
    return redirect(url_for("ticket.show", instance_id=instance_id), 303)


@blueprint.post("/verification")
@requires("history.verify")
def verify(instance_id: int) -> AnyResponse:
    """Reckon every seal of the ticket's history anew, and say what was found."""
    actor, engine = current_actor(), house().engine
    with reading() as connection:
        case = case_view(connection, actor, instance_id)
        seen = verify_cases(connection, engine.resources.history_key, [case.detail.root_id])
    engine.run(record_verification, actor, seen.rows, seen.cases, len(seen.damages), case.detail.instance.number)
    return _page(case.detail.root_id, verified=seen)


@blueprint.get("/diagram.bpmn")
@requires("case.read")
def diagram(instance_id: int) -> AnyResponse:
    """The diagram of the case's own version, as it was published."""
    with reading() as connection:
        content = read_diagram(connection, current_actor(), instance_id)
    headers = {"Content-Disposition": f'attachment; filename="{instance_id}.bpmn"'}
    return Response(content, content_type="application/xml", headers=headers)


def _page(
    instance_id: int,
    status: int = 200,
    *,
    verified: Verification | None = None,
    refused: Refused | None = None,
    notice: str = "",
    comment: str = "",
    comment_errors: list[str] | None = None,
    reason: str = "",
    reason_errors: list[str] | None = None,
) -> AnyResponse:
    actor = current_actor()
    with reading() as connection:
        case = case_view(connection, actor, instance_id)
        if case.detail.root_id != case.id:
            return redirect(url_for("ticket.show", instance_id=case.detail.root_id), 303)
        view = _view(connection, actor, case) | {"notice": notice, "chain": _chain(actor, case, verified)}
        if case.active and actor.may("message.send"):
            view["messages"] = message_forms(case, awaited_messages(connection, case.id), refused)
    if actor.may("comment.write"):
        url = url_for("ticket.comment", instance_id=case.id)
        view["comment"] = {"url": url, "text": comment, "errors": comment_errors or []}
    if case.active and actor.may("case.cancel"):
        cancel = {"url": url_for("ticket.cancel", instance_id=case.id), "reason": reason, "max_length": MAX_REASON}
        view["cancel"] = cancel | {"errors": reason_errors or []}
    return page("ticket.html", "tickets", status, ticket=view)


def _view(connection: Connection, actor: Actor, case: CaseView) -> dict[str, Any]:
    """Everything but the forms at the end. Who may not read history sees the progress and own forms."""
    instance, whole = case.detail.instance, actor.may("history.read")
    marks = clock_marks(connection, [case.id], now())[case.id]
    told = told_in(connection, case.items, {clock.key: clock_name(clock) for clock in case.clocks}, now())
    process = _("%(name)s, version %(version)s", name=instance.process_name, version=instance.version)
    return {
        "no": instance.number,
        "subject": case.order.symptom if case.order else instance.title,
        "process": process,
        "state": STATES[instance.state],
        "now": now(),
        "end_reason": case.detail.end_reason,
        "suspended": suspension(instance.suspended_reason),
        "participants": participant_rows(case.detail.participants),
        "links": link_rows(case_links(connection, actor, case.id)),
        "light": ticket_light(marks, now(), active=case.active) if instance.state != "cancelled" else None,
        "back_url": url_for("tickets.ticket_list") if actor.may("case.read") else url_for("my_tasks.task_list"),
        "steps": case.steps() if instance.state != "cancelled" else [],
        "context": case.context(),
        "waits": waits(case) if case.active else [],
        "messages": [],
        "open_tasks": [_open_task(task, marks) for task in case.detail.tasks],
        "late": late_clocks(case.clocks, case.order.contractor if case.order else ""),
        "rounds": clock_rounds(case.clocks, case.order.contractor if case.order else "", now()),
        "timeline": timeline(case.items, told, whole=whole),
        "forms": case.forms_for(actor),
        "photos": gallery(attachments(connection, actor, case.id)) if whole else [],
        "diagram": case_diagram(connection, case) if actor.may("case.read") else None,
        "deferral": offer(connection, actor, case),
        "incidents": [_incident(case, one.element_id, one.code) for one in case.detail.incidents],
        "comment": None,
        "cancel": None,
    }


def _chain(actor: Actor, case: CaseView, verified: Verification | None) -> dict[str, Any] | None:
    """The seals of the ticket's history, and what a verification just found."""
    if not actor.may("history.read") and not actor.may("history.verify"):
        return None
    number = case.detail.instance.number or str(case.id)
    seen = verified and {"rows": verified.rows, "damages": damage_rows(verified.damages, {case.id: number})}
    url = url_for("ticket.verify", instance_id=case.id) if actor.may("history.verify") else None
    return {"rows": len(case.items), "url": url, "seen": seen, "at": now()}


def _open_task(task: OpenTaskItem, marks: list[ClockMark]) -> dict[str, Any]:
    return {
        "name": task.name,
        "who": task.assignee or waits_for(task.candidates),
        "since": task.created_at,
        "url": url_for("task.show", task_id=task.id),
        "light": task_light(task.due_at, marks, now()) if task.due_at else None,
    }


def _incident(case: CaseView, element_id: str, code: str) -> str:
    element = case.model.elements.get(element_id)
    name = element.name if element and element.name else element_id
    return _("The engine could not go on at “%(name)s” (%(code)s). An operator has to look.", name=name, code=code)
