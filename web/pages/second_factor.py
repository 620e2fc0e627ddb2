"""动态验证码: setting up one's authenticator with a QR picture and a first code, and turning it off."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts import own_factor
from accounts.context import accounts
from accounts.errors import AccountsError, CodeWrong, OfferOver
from accounts.own_factor import Offer
from accounts.people import current_actor, current_person
from accounts.policies import signed_in
from accounts.queries.second_factor_state import second_factor_state
from web.failures import with_wait
from web.frame import page
from web.i18n import language
from web.reading import reading
from web.words import _

blueprint = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")


@blueprint.get("")
@signed_in
def show() -> AnyResponse:
    """A picture that is still good, for this person's browsers only; else what is set up, and the way to begin."""
    if current_person().session_id is None:
        return redirect(url_for("account.show"), 303)
    return _offer_page([]) or _state_page([])


@blueprint.post("")
@signed_in
def begin() -> AnyResponse:
    try:
        own_factor.begin(current_actor().name, _sent("password"))
    except AccountsError as error:
        return with_wait(_state_page([error.message(language())], error.status), error)
    return redirect(url_for("second_factor.show"), 303)


@blueprint.post("/confirm")
@signed_in
def confirm() -> AnyResponse:
    try:
        codes = own_factor.confirm(current_actor(), _sent("code"))
    except CodeWrong as error:
        return _offer_page([error.message(language())], error.status) or _over()
    except OfferOver:
        return _over()
    return codes_page(codes, url_for("account.show"))


@blueprint.post("/off")
@signed_in
def turn_off() -> AnyResponse:
    try:
        own_factor.turn_off(current_actor().name, _sent("password"))
    except AccountsError as error:
        return with_wait(_state_page([error.message(language())], error.status), error)
    flash(_("Authenticator codes are off. You sign in with the password alone."), "success")
    return redirect(url_for("account.show"), 303)


def codes_page(codes: tuple[str, ...], target: str) -> Response:
    """The recovery codes, in the answer itself: nothing keeps them to be shown again."""
    return page("recovery_codes.html", codes={"codes": codes, "next_url": target})


def offer_view(offer: Offer, action: str, errors: list[str]) -> dict[str, Any]:
    """What second_factor_offer.html needs of an offered secret."""
    picture = segno.make(offer.address, error="m", micro=False)
    qr = picture.svg_data_uri(scale=5, border=4, light="#fff")
    return {"qr": qr, "address": offer.address, "secret": offer.secret, "action": action, "errors": errors}


def _offer_page(errors: list[str], status: int = 200) -> Response | None:
    try:
        offer = own_factor.offer_of(current_actor())
    except OfferOver:
        return None
    view = offer_view(offer, url_for("second_factor.confirm"), errors)
    return page("second_factor_offer.html", "account", status, offer=view | {"next": ""})


def _over() -> AnyResponse:
    flash(OfferOver().message(language()), "warning")
    return redirect(url_for("second_factor.show"), 303)


def _state_page(errors: list[str], status: int = 200) -> Response:
    actor = current_actor()
    with reading() as connection:
        state = second_factor_state(connection, actor)
    must = not accounts().factors.roles.isdisjoint(actor.roles)
    view = {"since": state.since, "codes": state.recovery_codes, "must": must, "errors": errors}
    urls = {name: url_for(f"second_factor.{name}") for name in ("begin", "turn_off")}
    return page("second_factor.html", "account", status, factor=view | urls | {"back_url": url_for("account.show")})


def _sent(name: str) -> str:
    return request.form.get(name, "").replace("\0", "")
