"""我的账号: who I am, my password and second factor, where I am signed in, who tried, and what to do after a leak."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.commands.end_other_sessions import end_other_sessions
from accounts.commands.end_own_session import end_own_session
from accounts.context import accounts
from accounts.errors import AccountsError
from accounts.house import house
from accounts.own_password import close_leaked_account
from accounts.people import Person, current_actor, current_person
from accounts.policies import signed_in
from accounts.queries.own_sessions import OwnSession, WrongTry, sign_in_history, wrong_tries
from accounts.queries.second_factor_state import second_factor_state
from web.browsers import browser_words
from web.failures import with_wait
from web.frame import group_name, listed, page
from web.i18n import language
from web.reading import now, reading
from web.words import _, ngettext

blueprint = Blueprint("account", __name__, url_prefix="/account")
FIRST = 8
"""So many lines of the history are shown at once; the rest behind a fold."""


@blueprint.get("")
@signed_in
def show() -> AnyResponse:
    return _page()


@blueprint.post("/end-session")
@signed_in
def end_session() -> AnyResponse:
    number = request.form.get("session", "")
    session_id = int(number) if number.isdecimal() and len(number) < 19 else 0
    house().engine.run(end_own_session, current_actor(), session_id)
    flash(_("That session has been ended."), "success")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/end-others")
@signed_in
def end_others() -> AnyResponse:
    person = current_person()
    ended = house().engine.run(end_other_sessions, person.actor, person.session_id)
    words = ngettext("%(num)s other session has been ended.", "%(num)s other sessions have been ended.", ended)
    flash(words if ended else _("You are signed in nowhere else."), "success")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/leaked")
@signed_in
def leaked() -> AnyResponse:
    """Ends everything at once; then a new password, on the page of a link that only this browser knows."""
    try:
        path = close_leaked_account(current_actor().name, request.form.get("password", "").replace("\0", ""))
    except AccountsError as error:
        return with_wait(_page([error.message(language())], error.status), error)
    flash(
        _("The account is closed: no session, no API key and no old password is good. Set a new password now."),
        "warning",
    )
    return redirect(path, 303)


def _page(leak_errors: list[str] | None = None, status: int = 200) -> Response:
    person, actor = current_person(), current_actor()
    with reading() as connection:
        factor = second_factor_state(connection, actor)
        sessions = sign_in_history(connection, actor, now(), accounts().limits)
        tries = wrong_tries(connection, actor, now())
    lines = sorted([*map(_signed_in, sessions), *map(_tried, tries)], key=lambda line: line["at"], reverse=True)
    view: dict[str, Any] = {
        "person": _person(person),
        "password_url": url_for("sign_in.show_password", username=actor.name),
        "factor": {"since": factor.since, "codes": factor.recovery_codes, "url": url_for("second_factor.show")},
        "sessions": [_live(one, person) for one in sessions if one.ended_at is None],
        "end_url": url_for("account.end_session"),
        "end_others_url": url_for("account.end_others"),
        "history": lines[:FIRST],
        "earlier": lines[FIRST:],
        "leak": {"action": url_for("account.leaked"), "errors": leak_errors or []},
        "requests_url": url_for("password_reset.requests") if actor.may("user.admin") else None,
    }
    return page("account.html", "account", status, account=view)


def _person(person: Person) -> dict[str, Any]:
    roles = listed([group_name(role) for role in sorted(person.actor.roles)])
    names = {"name": person.actor.display_name, "username": person.actor.name}
    return names | {"organisation": person.organisation, "roles": roles or _("none")}


def _live(session: OwnSession, person: Person) -> dict[str, Any]:
    seen = {"browser": _browser(session), "ip": session.ip, "since": session.started_at, "used": session.last_seen_at}
    return seen | {"id": session.id, "here": session.id == person.session_id}


def _signed_in(session: OwnSession) -> dict[str, Any]:
    ended = _("still signed in") if session.ended_at is None else _ends()[session.end_reason or "signed_out"]
    line = {"at": session.started_at, "what": _("Signed in"), "tone": "", "ip": session.ip}
    return line | {"browser": _browser(session), "ended": ended, "ended_at": session.ended_at}


def _tried(one: WrongTry) -> dict[str, Any]:
    what = _("Wrong code") if one.wrong == "code" else _("Wrong password")
    return {"at": one.at, "what": what, "tone": "warn", "ip": one.ip, "browser": "", "ended": "", "ended_at": None}


def _browser(session: OwnSession) -> str:
    return browser_words(session.user_agent) or _("Unknown browser")


def _ends() -> dict[str, str]:
    """Why a session ended (accounts.live_sessions), in a few words."""
    return {
        "signed_out": _("signed out"),
        "displaced": _("signed in elsewhere"),
        "idle": _("not used for too long"),
        "expired": _("longest time reached"),
        "revoked": _("password changed or account closed"),
        "ended_by_owner": _("ended by you"),
    }
