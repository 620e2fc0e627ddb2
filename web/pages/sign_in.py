"""Signing in and out, changing a password that has expired, and the language of the pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.commands.open_session import Displaced
from accounts.errors import AccountsError, CodeRequired, PasswordExpired, SecondFactorMissing
from accounts.own_password import change_own_password
from accounts.people import refusal
from accounts.policies import public, signed_in
from accounts.sign_in import sign_in, sign_out
from web import dates, i18n
from web.failures import with_wait
from web.frame import page, visitor
from web.i18n import language
from web.signed_out import safe_next
from web.words import _

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
@public
def show() -> AnyResponse:
    """Why the last session ended is said above the form."""
    target = safe_next(request.args.get("next"))
    if visitor() is not None:
        return redirect(target, 303)
    ended = refusal()
    return _page([ended.message(language())] if ended else [], next=target)


@blueprint.post("/sign-in")
@public
def enter() -> AnyResponse:
    username, target = _sent("username"), safe_next(request.form.get("next"))
    try:
        displaced = sign_in(username, _sent("password"))
    except PasswordExpired as error:
        flash(error.message(language()), "warning")
        return redirect(url_for("sign_in.show_password", username=username), 303)
    except CodeRequired:
        return redirect(url_for("sign_in_code.show", next=target), 303)
    except SecondFactorMissing as error:
        flash(error.message(language()), "info")
        return redirect(url_for("sign_in_code.show_set_up", next=target), 303)
    except AccountsError as error:
        return with_wait(_page([error.message(language())], error.status, username=username, next=target), error)
    tell_displaced(displaced)
    return redirect(target, 303)


def tell_displaced(displaced: tuple[Displaced, ...]) -> None:
    """The newer browser is told of the older one that it has put out."""
    for one in displaced:
        seen = dates.moment(one.last_seen_at, None, language())
        flash(
            _("Your session at %(ip)s, last used %(time)s, has been ended: one account, one browser. "
              "If that was not you, change your password.", ip=one.ip, time=seen),
            "warning",
        )  # fmt: skip


@blueprint.post("/sign-out")
@signed_in
def leave() -> AnyResponse:
    sign_out()
    flash(_("You have signed out."), "success")
    return redirect(url_for("sign_in.show"), 303)


@blueprint.get("/password")
@public
def show_password() -> Response:
    return _password_page([], username=request.args.get("username", "")[:60])


@blueprint.post("/password")
@public
def change_password() -> AnyResponse:
    """Works without a session: an expired password lets nobody in."""
    username, new = _sent("username"), _sent("new")
    if new != _sent("again"):
        return _password_page([_("The two new passwords differ.")], 422, username=username)
    try:
        change_own_password(username, _sent("password"), new)
    except AccountsError as error:
        return with_wait(_password_page([error.message(language())], error.status, username=username), error)
    flash(_("The password has been changed. Sign in with the new one."), "success")
    return redirect(url_for("sign_in.show"), 303)


@blueprint.post("/language")
@public
def choose_language() -> AnyResponse:
    """Kept in a cookie; then back to where the reader was."""
    answer = redirect(safe_next(request.form.get("next")), 303)
    i18n.remember(answer, _sent("language"))  # type: ignore[arg-type]
    return answer


def _sent(name: str) -> str:
    """A posted field; a character that no database keeps cannot be part of a name or password."""
    return request.form.get(name, "").replace("\0", "")


def _page(errors: list[str], status: int = 200, *, next: str, username: str = "") -> Response:
    view: dict[str, Any] = {"action": url_for("sign_in.enter"), "next": next, "username": username, "errors": errors}
    view |= {"username_field": "username", "password_field": "password", "demo_accounts": []}
    view["forgot_url"] = url_for("password_reset.show_forgot")
    return page("sign_in.html", status=status, sign_in=view)


def _password_page(errors: list[str], status: int = 200, *, username: str) -> Response:
    view = {"action": url_for("sign_in.change_password"), "username": username, "errors": errors}
    return page("password.html", status=status, password=view)
