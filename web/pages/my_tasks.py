"""我的任务: what waits for me, what my group may claim, what I have done or raised; the filter is the address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.people import current_actor
from accounts.policies import signed_in
from engine.authorization import Actor
from engine.errors import Invalid
from engine.queries.candidates import NOBODY, Candidates, candidates
from engine.queries.field_filter import UnknownField
from engine.queries.instance_list import InstanceItem, instance_list
from engine.queries.task_list import Tab, TaskItem, task_counts
from engine.queries.task_list import task_list as read_tasks
from maintenance.queries.ticket_marks import ClockMark, clock_marks, open_steps
from maintenance.queries.waiting_approvals import count_approvals
from web.frame import counted, page, waits_for
from web.lights import done_light, task_light, ticket_light
from web.menu import Entry
from web.reading import now, reading
from web.task_filter import TaskFilter, filter_view, task_filter
from web.words import _

blueprint = Blueprint("my_tasks", __name__)


def _mine(connection: Connection, actor: Actor) -> int:
    return task_counts(connection, actor)["mine"]


ENTRY = Entry("tasks", lambda: _("My tasks"), "my_tasks.task_list", "work", "t", count=_mine)

TABS: dict[str, Tab | None] = {"open": "mine", "candidate": "candidate", "done": "done", "started": None}
"""Tab in the address -> tab of the query; the last one lists tickets."""
PAGE = 20
KEPT = ("tab", "q", "state", "point", "level", "process")
"""Parameters of a list that stay when its pages begin anew."""


@blueprint.get("/")
@signed_in
def home() -> AnyResponse:
    """People begin where their work is: own tasks, then offered ones; who only reads, with the tickets."""
    actor = current_actor()
    if actor.may("case.read") and not actor.may("task.work"):
        return redirect(url_for("tickets.ticket_list"))
    with reading() as connection:
        counts = task_counts(connection, actor)
    waiting = [tab for tab, name in TABS.items() if name in ("mine", "candidate") and counts[name]]
    nothing = "open" if actor.may("case.read") else "started"  # reporters come to see what became of their reports
    return redirect(url_for("my_tasks.task_list", tab=(waiting or [nothing])[0]))


@blueprint.get("/tasks")
@signed_in
def task_list() -> AnyResponse:
    actor, tab, asked = current_actor(), _tab(), task_filter()
    try:
        with reading() as connection:
            counts = task_counts(connection, actor)
            decisions = count_approvals(connection, actor) if actor.may("task.work") else 0
            filters = filter_view(connection, actor, asked)
            rows, following = _rows(connection, actor, tab, asked)
    except Invalid as error:
        return first_page(error)
    view = {
        "tab": tab,
        "tabs": [_tab_entry(key, counts.get(name) if name else None, asked) for key, name in TABS.items()],
        "decisions": {"url": url_for("approvals.show"), "count": decisions} if decisions else None,
        "q": asked.words,
        "filters": filters,
        "narrowed": asked.narrows,
        "clear_url": url_for("my_tasks.task_list", tab=tab),
        "search_url": url_for("my_tasks.task_list"),
        "keep": {"tab": tab},
        "rows": rows,
        "refresh_url": _address(tab, asked, request.args.get("after")),
        "next_url": _address(tab, asked, following) if following else None,
        "report_url": url_for("report.show") if actor.may("case.start") else None,
        "may_work": actor.may("task.work"),
        "keeps_accounts": actor.may("user.admin"),
    }
    return page("my_tasks.html", "tasks", tasks=view)


def search_words() -> str:
    """What is searched for; a character that no database keeps finds nothing anyway."""
    return request.args.get("q", "").replace("\0", "").strip()[:100]


def first_page(error: Invalid) -> AnyResponse:
    """A page mark that is not ours: the same list from its beginning. Any other refusal is raised again."""
    if "after" not in error.fields:
        raise error
    flash(_("That page of the list no longer exists; this is the first one."), "info")
    kept = urlencode([(key, value) for key, value in request.args.items() if key != "after"])
    return redirect(f"{request.path}?{kept}", 303)


def _tab() -> str:
    tab = request.args.get("tab", "open")
    return tab if tab in TABS else "open"


def _tab_entry(key: str, count: int | None, asked: TaskFilter) -> dict[str, Any]:
    """The filter goes along from tab to tab; the counts are of the whole tabs."""
    return {"key": key, "url": _address(key, asked, None), "count": count}


def _address(tab: str, asked: TaskFilter, after: str | None) -> str:
    return url_for("my_tasks.task_list", tab=tab, after=after, **asked.in_address())


def _rows(connection: Connection, actor: Actor, tab: str, asked: TaskFilter) -> tuple[list[dict[str, Any]], str | None]:
    after, name, wanted = request.args.get("after"), TABS[tab], asked.asked()
    process = asked.process or None
    try:
        if name is None:
            return _raised(connection, actor, {**wanted, "key": process}, after)
        found = read_tasks(connection, actor, name, **wanted, process=process, after=after, limit=PAGE)
    except UnknownField:  # no process of this person's has levels
        return [], None
    marks = clock_marks(connection, {item.root_id for item in found.items}, now())
    free = [item.id for item in found.items if item.assignee is None]
    offered = candidates(connection, free) if free else {}
    rows = [_task_row(item, tab, marks[item.root_id], actor, offered.get(item.id, NOBODY)) for item in found.items]
    return rows, found.next


def _raised(
    connection: Connection, actor: Actor, wanted: dict[str, Any], after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    raised = instance_list(connection, actor, **wanted, started_by_me=True, after=after, limit=PAGE)
    ids = [item.id for item in raised.items]
    marks, steps = clock_marks(connection, ids, now()), open_steps(connection, ids)
    return [_raised_row(item, marks[item.id], steps[item.id]) for item in raised.items], raised.next


def _task_row(item: TaskItem, tab: str, marks: list[ClockMark], actor: Actor, offered: Candidates) -> dict[str, Any]:
    done = tab == "done"
    claimable = tab == "candidate" and actor.may("task.work")
    return {
        "id": item.id,
        "url": url_for("task.show", task_id=item.id),
        "no": item.number,
        "name": item.name,
        "subject": item.fields.get("symptom") or item.title,
        "point": item.fields.get("point_name", ""),
        "who": item.assignee or waits_for(offered),
        "since": None if item.assignee else item.created_at,
        "light": done_light(item.due_at, item.completed_at) if done else task_light(item.due_at, marks, now()),
        "due": None if done else item.due_at,
        "claim_url": url_for("task.claim", task_id=item.id) if claimable else None,
    }


def _raised_row(item: InstanceItem, marks: list[ClockMark], open_now: list[str]) -> dict[str, Any]:
    active = item.state == "active"
    ended = _("Finished") if item.state == "completed" else _("Cancelled")
    return {
        "id": str(item.id),
        "url": url_for("ticket.show", instance_id=item.id),
        "no": item.number,
        "name": item.fields.get("symptom") or item.title,
        "subject": counted(open_now) if active else ended,
        "point": item.fields.get("point_name", ""),
        "who": item.started_by,
        "since": None,
        "light": ticket_light(marks, now(), active=active) or ("–", ""),
        "due": None,
        "claim_url": None,
    }
