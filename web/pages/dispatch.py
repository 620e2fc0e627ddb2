"""派警台: what nobody has been sent to yet, who has how much to do, and several tickets given to one person at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from engine.authorization import Actor
from engine.commands.complete_task import complete_task
from engine.errors import Invalid, NotFound, SignalboxError, TaskNotOpen
from engine.queries.paging import MAX_LIMIT
from engine.queries.task_detail import task_detail
from engine.queries.task_list import TaskItem, task_list
from maintenance.queries.ticket_marks import ClockMark, clock_marks
from maintenance.queries.workload import Member, crew
from web import dates
from web.assigning import Assigning, Desk, desk
from web.case_view import level_words
from web.fields import words_of
from web.frame import page
from web.i18n import language
from web.lights import task_light
from web.menu import Entry
from web.reading import now, reading
from web.words import _, ngettext

blueprint = Blueprint("dispatch", __name__)
ENTRY = Entry("dispatch", lambda: _("Dispatch desk"), "dispatch.show", "work", "d", permissions=("task.dispatch",))

CHANNEL = "hotline"
"""How a fault came in that a dispatcher writes down for somebody on the telephone."""


@dataclass(frozen=True)
class Attempt:
    """What was asked for; drawn again where something of it was refused."""

    person: str = ""
    note: str = ""
    chosen: frozenset[str] = frozenset()  # task ids
    errors: tuple[str, ...] = ()


@blueprint.get("/dispatch")
@requires("task.dispatch")
def show() -> Response:
    """?form=KEY chooses among the kinds of work that can be given, ?person=NAME somebody to give it to."""
    return _page(request.args.get("form"), Attempt(person=request.args.get("person", "")))


@blueprint.post("/dispatch")
@requires("task.dispatch")
def give() -> AnyResponse:
    """Each ticket is a command of its own: what one of them refuses does not hold up the others."""
    actor, key, tried = current_actor(), request.form.get("form"), _sent()
    missing = _missing(tried)
    if missing:
        return _page(key, replace(tried, errors=missing), 422)
    with reading() as connection:
        found = desk(connection, actor)
        form = _chosen(found, key)
        names = _names(connection, actor, form) if form else {}
    refused = {id_: words for id_ in tried.chosen if (words := _refusal(actor, found.tasks.get(id_), tried, id_))}
    _tell(names.get(tried.person, tried.person), len(tried.chosen) - len(refused))
    if refused:
        return _page(key, replace(tried, chosen=frozenset(refused), errors=tuple(refused.values())), 409)
    return redirect(url_for("dispatch.show", form=key), 303)


def _chosen(found: Desk, key: str | None) -> Assigning | None:
    """The kind of work asked for, else the one that is due first; None: nothing waits to be given away."""
    return found.kinds.get(key or "") or next(iter(found.kinds.values()), None)


def _names(connection: Connection, actor: Actor, form: Assigning) -> dict[str, str]:
    """User name -> what a person is called, of those whom the desk shows."""
    return {member.username: member.name for member in crew(connection, actor, form.group, now())}


def _sent() -> Attempt:
    tasks = frozenset(request.form.getlist("task")[:MAX_LIMIT])
    return Attempt(_text("person"), _text("note"), tasks)


def _text(name: str) -> str:
    """A posted field; a character that no database keeps belongs to no name and no note."""
    return request.form.get(name, "").replace("\0", "").strip()


def _missing(tried: Attempt) -> tuple[str, ...]:
    words = []
    if not tried.chosen:
        words.append(_("Tick the tickets to be given away."))
    if not tried.person:
        words.append(_("Choose who is to do them."))
    return tuple(words)


def _refusal(actor: Actor, form: Assigning | None, tried: Attempt, task_id: str) -> str:
    """Why a ticket could not be given away, with its number; "" when it was. `form`: None, it waits no longer."""
    try:
        if form is None:
            raise TaskNotOpen
        house().engine.run(complete_task, actor, task_id, form.answers(tried.person, tried.note))
    except Invalid as error:
        words = [word for found in words_of(error).values() for word in found]
        return _("%(number)s: %(why)s", number=_number(actor, task_id), why=" ".join(words))
    except SignalboxError as error:
        return _("%(number)s: %(why)s", number=_number(actor, task_id), why=error.message(language()))
    return ""


def _number(actor: Actor, task_id: str) -> str:
    try:
        with reading() as connection:
            return task_detail(connection, actor, task_id).number or _("A ticket")
    except NotFound:
        return _("A ticket")


def _tell(person: str, given: int) -> None:
    if given:
        words = ngettext("%(num)s ticket given to %(who)s.", "%(num)s tickets given to %(who)s.", given, who=person)
        flash(words, "success")


def _page(key: str | None, tried: Attempt, status: int = 200) -> Response:
    actor = current_actor()
    waiting, people = list[TaskItem](), list[Member]()
    marks: dict[int, list[ClockMark]] = {}
    with reading() as connection:
        found = desk(connection, actor)
        form = _chosen(found, key)
        if form is not None:
            waiting = [task for task in _waiting(connection, actor, form) if task.id in found.tasks]
            people = crew(connection, actor, form.group, now())
            marks = clock_marks(connection, {task.root_id for task in waiting}, now())
    several = len({member.organisation for member in people}) > 1
    view: dict[str, Any] = {
        "action": url_for("dispatch.give"),
        "form": form,
        "kinds": [(one.title, url_for("dispatch.show", form=one.key), one == form) for one in found.kinds.values()],
        "errors": tried.errors,
        "rows": [_row(task, marks[task.root_id], tried) for task in waiting],
        "people": [_person(member, tried, several=several) for member in people],
        "note": tried.note,
        "most": MAX_LIMIT,
        "phone_url": url_for("report.show", channel=CHANNEL) if actor.may("case.start") else None,
        "refresh_url": url_for("dispatch.show", form=form.key if form else None),
    }
    return page("dispatch.html", "dispatch", status, dispatch=view)


def _waiting(connection: Connection, actor: Actor, form: Assigning) -> list[TaskItem]:
    """What may be given away by this person: offered to the own group, or claimed already; first due first."""
    found = [
        task
        for tab in ("mine", "candidate")
        for task in task_list(connection, actor, tab, form_key=form.key, limit=MAX_LIMIT).items
    ]
    free = [task for task in found if task.suspended_reason is None]
    return sorted(free, key=lambda task: (task.due_at is None, task.due_at, task.created_at))[:MAX_LIMIT]


def _row(task: TaskItem, marks: list[ClockMark], tried: Attempt) -> dict[str, Any]:
    level = task.fields.get("level")
    return {
        "id": task.id,
        "url": url_for("task.show", task_id=task.id),
        "no": task.number,
        "subject": task.fields.get("symptom") or task.title,
        "point": task.fields.get("point_name", ""),
        "level": level_words(level) if level else "",
        "since": task.created_at,
        "light": task_light(task.due_at, marks, now()),
        "chosen": task.id in tried.chosen,
    }


def _person(member: Member, tried: Attempt, *, several: bool) -> dict[str, Any]:
    """`several`: people of several organisations stand in the list."""
    due = _("first due %(time)s", time=dates.moment(member.next_due, now(), language())) if member.next_due else ""
    return {
        "username": member.username,
        "name": member.name,
        "organisation": member.organisation if several else "",
        "open": member.open,
        "late": member.late,
        "due": due,
        "chosen": member.username == tried.person,
    }
