"""The frame of every page: who is signed in, the menu, the CSRF token; and how a page is answered."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from flask import Response, make_response, render_template, request, url_for

from accounts.csrf import csrf_token
from accounts.errors import SignInRequired
from accounts.house import house
from accounts.people import Person, current_person
from accounts.roles import BY_KEY
from engine.queries.candidates import Candidates
from engine.queries.task_list import task_counts
from web import dates
from web.i18n import language
from web.reading import now, reading
from web.words import _

VERSION: str = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def visitor() -> Person | None:
    """Who is signed in, or None."""
    try:
        return current_person()
    except SignInRequired:
        return None


def page(template: str, here: str = "", status: int = 200, **view: Any) -> Response:
    """A whole page. `here`: the menu entry it belongs to; `view`: what the template's first comment asks for."""
    person = visitor()
    now()
    return make_response(render_template(template, frame=_frame(person, here), **view), status)


def group_name(key: str) -> str:
    """A candidate group in the reader's language."""
    role = BY_KEY.get(key)
    if role is None:
        return key
    return role.zh if language() == "zh" else role.en


def listed(names: list[str]) -> str:
    """Names one after the other, as the reader's language joins them."""
    return _(", ").join(names)


def waits_for(offered: Candidates) -> str:
    """Whom a task waits for that nobody has claimed."""
    names = [*(group_name(group) for group in offered.groups), *offered.people]
    return _("Waits for %(groups)s", groups=listed(names) or _("nobody"))


def bare_frame() -> dict[str, Any]:
    """The frame without a person: nothing is asked of the database."""
    return _frame(None, "")


def counted(names: list[str]) -> str:
    """Names one after the other; what comes several times is counted: “supervise ×3, diagnose”."""
    times = Counter(names)
    return listed([name if count == 1 else f"{name} ×{count}" for name, count in times.items()])


def _frame(person: Person | None, here: str) -> dict[str, Any]:
    urls = {
        "home": url_for("my_tasks.home"),
        "sign_in": url_for("sign_in.show"),
        "sign_out": url_for("sign_in.leave"),
        "language": url_for("sign_in.choose_language"),
    }
    return {
        "user": None if person is None else _user(person),
        "nav": [] if person is None else _nav(person),
        "here": here,
        "csrf": csrf_token(),
        "version": VERSION,
        "test_clock": dates.moment(clock.now(), language=language()) if (clock := house().test_clock) else None,
        "api": url_for("api_docs.show") if person else None,
        "urls": urls,
        "path": request.full_path.rstrip("?") if request.method == "GET" else urls["home"],
    }


def _user(person: Person) -> dict[str, str]:
    roles = listed([group_name(role) for role in sorted(person.actor.roles)])
    return {"name": person.actor.display_name, "organisation": person.organisation, "roles": roles}


def _nav(person: Person) -> list[dict[str, Any]]:
    actor = person.actor
    with reading() as connection:
        waiting = task_counts(connection, actor)["mine"]
    return [
        {"key": "tasks", "url": url_for("my_tasks.task_list"), "may": True, "count": waiting},
        {"key": "report", "url": url_for("report.show"), "may": actor.may("case.start"), "count": None},
        {"key": "tickets", "url": url_for("tickets.ticket_list"), "may": actor.may("case.read"), "count": None},
        {"key": "board", "url": url_for("board.show"), "may": actor.may("case.read"), "count": None},
        {"key": "audit", "url": url_for("audit.show"), "may": actor.may("history.read"), "count": None},
    ]
