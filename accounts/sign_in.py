"""Signing in, by password and where there is one by a second factor; and signing out."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import request, session

from accounts.api_keys import digest
from accounts.authentication import Verified, address, authenticate, subjects_of
from accounts.commands.create_user import create_user
from accounts.commands.end_session import end_session
from accounts.commands.forgive_attempt import forgive_attempt
from accounts.commands.offer_second_factor import offer_second_factor
from accounts.commands.open_session import Browser, Displaced, Opened, Proof, open_session
from accounts.commands.record_failed_sign_in import record_failed_sign_in
from accounts.commands.reserve_sign_in import reserve_sign_in
from accounts.context import accounts
from accounts.errors import (
    AccountLocked,
    BadCredentials,
    CodeRequired,
    CodeWrong,
    PasswordExpired,
    SecondFactorMissing,
    SignInStepOver,
)
from accounts.one_time_codes import new_secret
from accounts.passwords import check_password, normal_name
from accounts.people import TOKEN, forget_person, load_person
from accounts.security import hash_password
from accounts.sign_in_step import half_way, remember
from engine.authorization import ENGINE, Actor
from engine.engine import Engine


def sign_in(username: str, password: str) -> tuple[Displaced, ...]:
    """Sign this browser in. Returns the sessions that had to go, so that the newer one is told, too.

    Raises BadCredentials, AccountLocked, TooManyAttempts; PasswordExpired when the password must be changed first;
    CodeRequired when `enter_code` comes next, SecondFactorMissing when the code comes from an authenticator to be set
    up now.
    """
    here, who = accounts(), authenticate(username, password)
    changed_at = who.password_changed_at
    if changed_at is None or who.at - changed_at > here.settings.password_age:
        here.engine.run(forgive_attempt, ENGINE, *who.subjects)
        raise PasswordExpired(days=here.settings.password_age_days)
    sign_out()
    try:
        return _open(who.actor, Proof(digest(who.password_hash), who.at, who.subjects)).displaced
    except (CodeRequired, SecondFactorMissing) as error:
        _stop_half_way(who, offer=isinstance(error, SecondFactorMissing))
        raise


def enter_code(code: str) -> Opened:
    """The second step of a sign-in: a code of the authenticator, or a recovery code. A wrong one counts as a password.

    Raises CodeWrong, AccountLocked, TooManyAttempts, OfferOver; SignInStepOver when it begins again with the password.
    """
    here = accounts()
    who = half_way(_now())
    subjects = subjects_of(here, who.actor.name)
    here.engine.run(reserve_sign_in, ENGINE, *subjects)
    try:
        return _open(who.actor, Proof(who.password_mark, who.at, subjects, code))
    except BadCredentials:
        session.clear()
        raise SignInStepOver from None
    except CodeWrong:
        whose = (who.actor.id, who.actor.organisation_id)
        minutes = here.engine.run(record_failed_sign_in, ENGINE, subjects[0], address(), *whose, "code")
        raise AccountLocked(minutes) if minutes else CodeWrong from None


def waiting_for_code() -> Actor:
    """Who has entered the password in this browser and not yet the code. Raises SignInStepOver."""
    return half_way(_now()).actor


def sign_out() -> None:
    """End the session of this browser, if any; nothing of the old cookie is kept."""
    person = load_person(request)
    if person is not None and person.session_id is not None:
        accounts().engine.run(end_session, person.actor, person.session_id, "signed_out")
    session.clear()
    forget_person()


def add_user(
    engine: Engine,
    actor: Actor,
    organisation_id: int,
    username: str,
    display_name: str,
    password: str,
    roles: tuple[str, ...],
) -> int:
    """The new user's id. Needs the app's context. Raises PasswordTooWeak, and what the command create_user raises."""
    username = normal_name(username)
    check_password(password, username)
    return engine.run(create_user, actor, organisation_id, username, display_name, hash_password(password), roles)


def _open(actor: Actor, proof: Proof) -> Opened:
    here, token = accounts(), secrets.token_urlsafe(32)
    browser = Browser(digest(token), address(), request.user_agent.string[:200])
    opened = here.engine.run(open_session, actor, browser, proof, here.limits, here.factors)
    session.clear()
    session[TOKEN] = token
    forget_person()
    return opened


def _stop_half_way(who: Verified, *, offer: bool) -> None:
    here = accounts()
    here.engine.run(forgive_attempt, ENGINE, *who.subjects)
    if offer:
        sealed = here.factors.vault.seal(new_secret(), who.actor.id or 0)
        here.engine.run(offer_second_factor, who.actor, sealed)
    remember(who)


def _now() -> datetime:
    here = accounts()
    with here.engine.read() as connection:
        return here.engine.resources.clock.now(connection)
