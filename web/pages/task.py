"""任务办理: one task, to be read and done on a phone: claim, give back, draft, complete, comment."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires, signed_in
from engine.commands.add_comment import add_comment
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.save_draft import save_draft
from engine.commands.unclaim_task import unclaim_task
from engine.errors import (
    Conflict,
    Forbidden,
    InstanceNotActive,
    InstanceSuspended,
    Invalid,
    SeparationOfDuties,
    SignalboxError,
    TaskNotOpen,
    TaskTaken,
)
from engine.json_text import read_json
from engine.queries.task_detail import TaskDetail, task_detail
from engine.queries.task_list import task_list
from forms.layout import Layout
from forms.problems import FORM, problem
from web.case_view import case_view
from web.decision import decision_view
from web.failures import message
from web.fields import words_of
from web.filled import offered_names, typed
from web.frame import page
from web.i18n import language
from web.kept import handed_in, only_shown
from web.posted import posted
from web.reading import reading
from web.search import found
from web.shown_form import NO_FORM, form_of_task, layout_of
from web.task_view import Attempt, choices, task_view
from web.words import _

blueprint = Blueprint("task", __name__, url_prefix="/tasks/<task_id>")

_ID = re.compile(r"[0-9a-f]{32}")
GONE = (TaskNotOpen, TaskTaken, InstanceNotActive, InstanceSuspended)
"""Somebody else was there first: the form can no longer be handed in."""
STAYS = (Conflict, Forbidden, SeparationOfDuties)
"""Refused, and the form may stay as it is."""


@blueprint.url_value_preprocessor
def check_id(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """What cannot be a task's id is nobody's task: no database is asked."""
    if values and not _ID.fullmatch(values["task_id"]):
        abort(404)


@blueprint.get("")
@signed_in
def show(task_id: str) -> Response:
    return _page(task_id)


@blueprint.post("/claim")
@requires("task.work")
def claim(task_id: str) -> AnyResponse:
    return _do(task_id, claim_task, lambda: _("It is your task now."))


@blueprint.post("/unclaim")
@requires("task.work")
def unclaim(task_id: str) -> AnyResponse:
    return _do(task_id, unclaim_task, lambda: _("The task is back with its group."))


@blueprint.post("/complete")
@requires("task.work")
def complete(task_id: str) -> AnyResponse:
    detail = _detail(task_id)
    layout = _layout(detail)
    values = posted(layout)
    if only_shown():
        return _page(task_id, attempt=Attempt(values=values))
    try:
        house().engine.run(complete_task, current_actor(), task_id, values)
    except Invalid as error:
        return _page(task_id, 422, Attempt(values=values, invalid=error))
    except (*GONE, *STAYS) as error:
        return _refused(task_id, error, layout, values)
    return handed_in(_onwards(detail), current_actor(), f"task.{task_id}")


@blueprint.route("/draft", methods=["POST", "PUT"])
@requires("task.work")
def draft(task_id: str) -> AnyResponse:
    """From the script: the form's fields, or a JSON object; any 2xx means kept. Without it a button, and back."""
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return _keep_for_script(task_id)
    layout = _layout(_detail(task_id))
    values = posted(layout)
    try:
        house().engine.run(save_draft, current_actor(), task_id, values)
    except SignalboxError as error:
        return _refused(task_id, error, layout, values)
    flash(_("The draft is kept."), "success")
    return redirect(url_for("task.show", task_id=task_id), 303)


@blueprint.post("/comments")
@requires("comment.write")
def comment(task_id: str) -> AnyResponse:
    text, detail = request.form.get("comment", ""), _detail(task_id)
    try:
        house().engine.run(add_comment, current_actor(), detail.root_id, text, task_id)
    except Invalid as error:
        return _page(task_id, 422, Attempt(comment=text, comment_errors=tuple(words_of(error)["text"])))
    flash(_("Your comment is kept in the history."), "success")
    return redirect(url_for("task.show", task_id=task_id, _anchor="comments"), 303)


@blueprint.get("/choices/<key>")
@requires("task.work")
def search(task_id: str, key: str) -> Response:
    """?q=WORDS: choices of a field for its search box, for who may fill in the form."""
    actor = current_actor()
    with reading() as connection:
        detail = task_detail(connection, actor, task_id)
        if not detail.may_complete:
            abort(404)
        known = case_view(connection, actor, detail.root_id).known(detail.instance_id)
        return found(layout_of(form_of_task(connection, detail)), key, choices(connection, actor, detail), known)


@blueprint.get("/effect")
@requires("task.work")
def effect(task_id: str) -> Response:
    """?granted_until=TIME: what granting a deferral until then would do, for who decides on it."""
    with reading() as connection:
        detail = task_detail(connection, current_actor(), task_id)
        view = None
        if detail.may_complete:
            asked = request.args.get("granted_until")
            view = decision_view(connection, detail.root_id, detail.instance_id, asked)
    if view is None:
        abort(404)
    return make_response(render_template("_effect.html", decision=view))


def _page(task_id: str, status: int = 200, attempt: Attempt | None = None) -> Response:
    with reading() as connection:
        view = task_view(connection, current_actor(), task_id, attempt or Attempt())
    return page("task.html", "tasks", status, task=view)


def _keep_for_script(task_id: str) -> Response:
    """{"saved": true}; or false with the refusal's code and words, and its status."""
    try:
        values = read_json(request.get_data()) if request.is_json else posted(_layout(_detail(task_id)))
        if not isinstance(values, dict):
            raise Invalid({FORM: [problem("not_an_object")]})
        house().engine.run(save_draft, current_actor(), task_id, values)
    except SignalboxError as error:
        answer = jsonify(saved=False, code=error.code, message=error.message(language()))
        answer.status_code = error.status
        return answer
    return jsonify(saved=True)


def _refused(task_id: str, error: SignalboxError, layout: Layout, values: dict[str, Any]) -> Response:
    """The form as it was sent and why not; or that it can no longer be handed in."""
    if isinstance(error, GONE):
        return _gone(task_id, error, layout, values)
    return _page(task_id, error.status, Attempt(values=values, errors=(error.message(language()),)))


def _do(task_id: str, command: Callable[..., None], said: Callable[[], str]) -> AnyResponse:
    """A command that only needs the task; then the task's page, or in words why not."""
    try:
        house().engine.run(command, current_actor(), task_id)
    except GONE as error:
        return _gone(task_id, error, NO_FORM, {})
    flash(said(), "success")
    return redirect(url_for("task.show", task_id=task_id), 303)


def _detail(task_id: str) -> TaskDetail:
    with reading() as connection:
        return task_detail(connection, current_actor(), task_id)


def _layout(detail: TaskDetail) -> Layout:
    with reading() as connection:
        return layout_of(form_of_task(connection, detail))


def _onwards(done: TaskDetail) -> AnyResponse:
    """To the next task of the same ticket that is this person's own, else to the list."""
    with reading() as connection:
        following = next(iter(task_list(connection, current_actor(), "mine", case_id=done.root_id).items), None)
    if following is None:
        flash(_("“%(name)s” is done.", name=done.name), "success")
        return redirect(url_for("my_tasks.task_list"), 303)
    flash(_("“%(name)s” is done. Next: “%(next)s”.", name=done.name, next=following.name), "success")
    return redirect(url_for("task.show", task_id=following.id), 303)


def _gone(task_id: str, error: SignalboxError, layout: Layout, values: dict[str, Any]) -> Response:
    """What happened to the task meanwhile, how to go on, and what had been typed."""
    actor = current_actor()
    with reading() as connection:
        detail = task_detail(connection, actor, task_id)
        names = offered_names(layout, choices(connection, actor, detail))
    left, who = typed(layout, values, names), detail.assignee or _("somebody")
    if detail.state == "completed" and detail.assignee_id == actor.id:
        title, happened = _("You have done this already"), _("Your first submission counts; this one changed nothing.")
    elif detail.state == "completed":
        title = _("The task has been done by somebody else")
        happened = _("%(who)s has completed “%(name)s”. Your submission was not saved.", who=who, name=detail.name)
    elif detail.state == "cancelled":
        title = _("The task is no longer needed")
        happened = _("“%(name)s” ended while you had it open. Your submission was not saved.", name=detail.name)
    elif detail.suspended_reason is not None:
        title, happened = _("The ticket is suspended"), error.message(language())
    else:
        title, happened = _("Somebody else does this task"), error.message(language())
    advice = [_("The ticket says what happened and what comes next.")]
    if left and detail.assignee_id != actor.id:
        advice.append(_("What you typed stands below: copy it into a comment on the ticket if it still matters."))
    ticket = {"label": _("Look at the ticket"), "url": url_for("ticket.show", instance_id=detail.root_id)}
    tasks = {"label": _("My tasks"), "url": url_for("my_tasks.task_list")}
    return message(
        title, happened, next=advice, code=error.code, status=error.status, actions=[ticket, tasks], typed=left
    )
