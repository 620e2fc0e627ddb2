"""The second step of signing in: the code of an authenticator, or the setting up of one that a role must have."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.errors import AccountsError, OfferOver, SignInStepOver
from accounts.own_factor import offer_of
from accounts.policies import public
from accounts.sign_in import enter_code, waiting_for_code
from web.failures import with_wait
from web.frame import page
from web.i18n import language
from web.pages.second_factor import codes_page, offer_view
from web.pages.sign_in import tell_displaced
from web.signed_out import safe_next

blueprint = Blueprint("sign_in_code", __name__, url_prefix="/sign-in")


@blueprint.get("/code")
@public
def show() -> AnyResponse:
    return _code_page([])


@blueprint.post("/code")
@public
def enter() -> AnyResponse:
    try:
        opened = enter_code(_sent_code())
    except SignInStepOver as error:
        return _again(error)
    except AccountsError as error:
        return with_wait(_code_page([error.message(language())], error.status), error)
    tell_displaced(opened.displaced)
    return redirect(_target(), 303)


@blueprint.get("/second-factor")
@public
def show_set_up() -> AnyResponse:
    return _set_up_page([])


@blueprint.post("/second-factor")
@public
def set_up() -> AnyResponse:
    """The first code of the new authenticator also signs in; the recovery codes are shown before anything else."""
    try:
        opened = enter_code(_sent_code())
    except (SignInStepOver, OfferOver) as error:
        return _again(error)
    except AccountsError as error:
        return with_wait(_set_up_page([error.message(language())], error.status), error)
    tell_displaced(opened.displaced)
    return codes_page(opened.recovery_codes, _target()) if opened.recovery_codes else redirect(_target(), 303)


def _code_page(errors: list[str], status: int = 200) -> AnyResponse:
    try:
        name = waiting_for_code().display_name
    except SignInStepOver as error:
        return _again(error)
    view = {"action": url_for("sign_in_code.enter"), "next": _target(), "name": name, "errors": errors}
    return page("sign_in_code.html", status=status, code=view | {"again_url": url_for("sign_in.show")})


def _set_up_page(errors: list[str], status: int = 200) -> AnyResponse:
    try:
        offer = offer_of(waiting_for_code())
    except (SignInStepOver, OfferOver) as error:
        return _again(error)
    view = offer_view(offer, url_for("sign_in_code.set_up"), errors) | {"next": _target()}
    return page("second_factor_offer.html", status=status, offer=view)


def _again(error: AccountsError) -> AnyResponse:
    flash(error.message(language()), "warning")
    return redirect(url_for("sign_in.show", next=_target()), 303)


def _target() -> str:
    return safe_next(request.values.get("next"))


def _sent_code() -> str:
    return request.form.get("code", "")[:100]
