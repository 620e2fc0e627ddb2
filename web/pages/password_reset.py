"""忘记口令: asking for a new one, the administrators' list of who asks, and the page behind a one-time link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.errors import AccountsError, ResetLinkInvalid
from accounts.house import house
from accounts.own_password import ask_for_link, issue_link, link_owner, set_password_by_link
from accounts.passwords import normal_name
from accounts.people import current_actor
from accounts.policies import public, requires
from accounts.queries.reset_request_list import reset_request_list
from accounts.queries.user_list import user_called
from accounts.reset_links import PAGE
from engine.authorization import Actor
from engine.errors import SignalboxError
from web.failures import message, with_wait
from web.frame import page
from web.i18n import language
from web.menu import Entry
from web.reading import reading
from web.words import _

blueprint = Blueprint("password_reset", __name__)


def _waiting(connection: Connection, actor: Actor) -> int:
    return len(reset_request_list(connection, actor, limit=MOST).items)


ENTRY = Entry(
    "reset_requests",
    lambda: _("Forgotten passwords"),
    "password_reset.requests",
    "manage",
    "k",
    permissions=("user.admin",),
    count=_waiting,
)
MOST = 100


@blueprint.get("/forgot")
@public
def show_forgot() -> Response:
    return _forgot_page([])


@blueprint.post("/forgot")
@public
def forgot() -> AnyResponse:
    """The same answer whether or not anybody has the name."""
    username = _sent("username")[:60]
    try:
        ask_for_link(username)
    except AccountsError as error:
        return with_wait(_forgot_page([error.message(language())], error.status, username), error)
    return page("forgot.html", forgot={"sent": True, "sign_in_url": url_for("sign_in.show")})


@blueprint.get(f"{PAGE}<token>")
@public
def show_reset(token: str) -> AnyResponse:
    return _reset_page(token, [])


@blueprint.post(f"{PAGE}<token>")
@public
def reset(token: str) -> AnyResponse:
    new = _sent("new")
    if new != _sent("again"):
        return _reset_page(token, [_("The two new passwords differ.")], 422)
    try:
        set_password_by_link(token, new)
    except ResetLinkInvalid as error:
        return _no_link(error)
    except AccountsError as error:
        return _reset_page(token, [error.message(language())], error.status)
    flash(_("The password has been changed. Sign in with the new one."), "success")
    return redirect(url_for("sign_in.show"), 303)


@blueprint.get("/reset-requests")
@requires("user.admin")
def requests() -> Response:
    return _requests_page()


@blueprint.post("/reset-requests")
@requires("user.admin")
def issue() -> Response:
    """By the user name: also for who asks by telephone. The link stands in this answer and nowhere else."""
    actor, username = current_actor(), normal_name(_sent("username"))
    with reading() as connection:
        user_id = user_called(connection, actor, username)
    try:
        path, expires_at = issue_link(house().engine, actor, user_id)
    except SignalboxError as error:
        return _requests_page(error.status, username=username, errors=[error.message(language())])
    url = request.host_url.rstrip("/") + path
    return _requests_page(issued={"username": username, "url": url, "expires_at": expires_at})


def _forgot_page(errors: list[str], status: int = 200, username: str = "") -> Response:
    view = {"sent": False, "action": url_for("password_reset.forgot"), "username": username, "errors": errors}
    return page("forgot.html", status=status, forgot=view | {"sign_in_url": url_for("sign_in.show")})


def _reset_page(token: str, errors: list[str], status: int = 200) -> AnyResponse:
    try:
        owner = link_owner(token)
    except ResetLinkInvalid as error:
        return _no_link(error)
    action = url_for("password_reset.reset", token=token)
    view = {"action": action, "username": owner.name, "name": owner.display_name, "errors": errors}
    return page("reset.html", status=status, reset=view)


def _no_link(error: ResetLinkInvalid) -> Response:
    ask = {"label": _("Ask for a new link"), "url": url_for("password_reset.show_forgot")}
    back = {"label": _("Sign in"), "url": url_for("sign_in.show")}
    advice = [_("Ask for a new link. Your administrator issues it."), _("If you know your password, just sign in.")]
    return message(
        _("This link is no longer good"),
        error.message(language()),
        next=advice,
        code=error.code,
        status=error.status,
        actions=[ask, back],
    )


def _requests_page(
    status: int = 200, *, username: str = "", errors: list[str] | None = None, issued: dict[str, Any] | None = None
) -> Response:
    with reading() as connection:
        waiting = reset_request_list(connection, current_actor(), limit=MOST).items
    view: dict[str, Any] = {"rows": waiting, "issued": issued, "username": username, "errors": errors or []}
    view |= {"action": url_for("password_reset.issue"), "back_url": url_for("account.show")}
    return page("reset_requests.html", "reset_requests", status, requests=view)


def _sent(name: str) -> str:
    return request.form.get(name, "").replace("\0", "")
