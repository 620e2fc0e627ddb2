"""The page of one task as its template wants it: who does it, its form with choices, draft and errors, its clocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from sqlalchemy import Connection, select

from engine.authorization import Actor
from engine.errors import Invalid
from engine.models import ProcessInstance
from engine.queries.task_detail import TaskDetail, task_detail
from maintenance.choices import CaseChoices, CaseUploads
from maintenance.queries.ticket_marks import clock_marks
from web import dates
from web.attachments import UPLOAD
from web.case_view import CaseView, case_view, comments
from web.decision import decision_view
from web.fields import Drawing, defaults, drawn, form_errors
from web.frame import group_name, listed
from web.i18n import language
from web.kept import kept_as
from web.lights import clock_bar, done_light, present_round, task_light
from web.point_view import point_view
from web.reading import now
from web.related import suspension
from web.shown_form import form_of_task, hidden, layout_of
from web.words import _


@dataclass(frozen=True)
class Attempt:
    """What was just sent and refused."""

    values: Mapping[str, Any] | None = None
    invalid: Invalid | None = None
    errors: tuple[str, ...] = field(default_factory=tuple)
    comment: str = ""
    comment_errors: tuple[str, ...] = field(default_factory=tuple)


def task_view(connection: Connection, actor: Actor, task_id: str, attempt: Attempt) -> dict[str, Any]:
    """Raises NotFound, also for a task of a case the actor may not see."""
    detail = task_detail(connection, actor, task_id)
    case = case_view(connection, actor, detail.root_id)
    marks = clock_marks(connection, [case.id], now())[case.id]
    working = detail.may_complete and actor.may("task.work")
    seen = case.forms_for(actor)
    done = [form["facts"] for form in seen if form["task_id"] == detail.id]
    earlier = [form for form in seen if form["beside"] or form["task_id"] not in (None, detail.id)]
    is_open = detail.state == "open"
    if is_open:
        light = task_light(detail.due_at, marks, now()) if detail.due_at else None
    else:
        light = done_light(detail.due_at, detail.completed_at) if detail.state == "completed" else None
    may_comment = actor.may("comment.write")
    comment = {"url": url_for("task.comment", task_id=detail.id), "text": attempt.comment}
    return {
        "name": detail.name,
        "no": detail.number,
        "subject": detail.fields.get("symptom") or detail.title,
        "ticket_url": url_for("ticket.show", instance_id=detail.root_id),
        "back_url": url_for("my_tasks.task_list"),
        "light": light,
        "suspended": suspension(detail.suspended_reason),
        "steps": case.steps(),
        "context": [*case.context(), *case.reported_pictures()],
        "point": point_view(connection, actor, case.id),
        "decision": decision_view(connection, case.id, detail.instance_id) if working else None,
        "effect_url": url_for("task.effect", task_id=detail.id),
        "earlier": earlier,
        "clocks": [clock_bar(clock, now()) for clock in present_round(case.clocks)],
        "claim": _claim(detail, actor),
        "open": is_open,
        "over": None if is_open else _over(detail, actor),
        "hidden": any(form.task_id == detail.id for form in case.forms) and not done,
        "form": _form(connection, actor, detail, case, attempt) if working else None,
        "filled": done[0] if done else [],
        "comments": comments(case.items),
        "comment": comment | {"errors": list(attempt.comment_errors)} if may_comment else None,
    }


def _form(connection: Connection, actor: Actor, detail: TaskDetail, case: CaseView, attempt: Attempt) -> dict[str, Any]:
    form = form_of_task(connection, detail)
    layout = layout_of(form)
    known = case.known(detail.instance_id)
    values = attempt.values if attempt.values is not None else {**defaults(layout), **(detail.draft or {})}
    names = form.known_names if form else frozenset()
    drawing = Drawing(
        choices(connection, actor, detail),
        known,
        CaseUploads(connection, actor, detail.root_id),
        attempt.invalid,
        search=url_for("task.search", task_id=detail.id, key="KEY"),
    )
    return {
        "action": url_for("task.complete", task_id=detail.id),
        "fields": drawn(layout, values, drawing),
        "task_id": detail.id,
        "upload_url": UPLOAD,
        "hidden": hidden(form),
        "known": {name: known.get(name) for name in sorted(names)},
        "errors": [*attempt.errors, *form_errors(layout, attempt.invalid)],
        "submit_label": _("Submit"),
        "draft_url": url_for("task.draft", task_id=detail.id) if layout.items else None,
        "draft_at": None,
        "has_draft": bool(detail.draft) and attempt.values is None,
        "keep": kept_as(actor, f"task.{detail.id}"),
    }


def _over(detail: TaskDetail, actor: Actor) -> dict[str, Any]:
    """What is said of a task that can no longer be done, also to who comes back to its form: {title, next}."""
    if detail.state == "cancelled":
        title = _("This task is no longer needed")
    elif detail.assignee_id == actor.id:
        title = _("You have done this task")
    else:
        title = _("This task is done")
    return {"title": title, "next": _("What you see is what was handed in; nothing is to be done here any more.")}


def choices(connection: Connection, actor: Actor, detail: TaskDetail) -> CaseChoices:
    """The people, points and devices that the task's form offers: those of its case's client."""
    query = select(ProcessInstance.organisation_id).where(ProcessInstance.id == detail.root_id)
    return CaseChoices(connection, actor, connection.scalar(query) or 0, detail.root_id, language())


def _claim(detail: TaskDetail, actor: Actor) -> dict[str, Any]:
    works = actor.may("task.work")
    mine = detail.state == "open" and detail.assignee_id == actor.id
    return {
        "text": _who(detail, actor),
        "claim_url": url_for("task.claim", task_id=detail.id) if detail.may_claim and works else None,
        "unclaim_url": url_for("task.unclaim", task_id=detail.id) if mine and detail.groups and works else None,
        "main": False,
    }


def _who(detail: TaskDetail, actor: Actor) -> str:
    """Who does it now, or who has done it."""
    groups = listed([group_name(group) for group in detail.groups]) or _("nobody")
    if detail.state == "cancelled":
        return _("This task ended before anybody completed it.")
    if detail.state == "completed":
        at = dates.moment(detail.completed_at, now(), language()) if detail.completed_at else "–"
        return _("%(who)s completed it, %(time)s.", who=detail.assignee or _("The system"), time=at)
    if detail.assignee_id == actor.id:
        return _("It is your task.")
    if detail.assignee_id is not None:
        return _("%(who)s does this task now.", who=detail.assignee)
    if detail.may_claim:
        return _("Nobody has claimed it yet. Claim it, or fill it in and submit at once.")
    return _("It waits for %(groups)s.", groups=groups)
