"""Signing in and out, and changing one's password: the password is looked at between two commands, never within one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask import request, session
from sqlalchemy import Row, select

from accounts.api_keys import digest
from accounts.attempts import address_subject, name_subject
from accounts.commands.change_password import change_password
from accounts.commands.create_user import create_user
from accounts.commands.end_session import end_session
from accounts.commands.forgive_attempt import forgive_attempt
from accounts.commands.open_session import Browser, Displaced, open_session
from accounts.commands.record_failed_sign_in import record_failed_sign_in
from accounts.commands.reserve_sign_in import reserve_sign_in
from accounts.context import Accounts, accounts
from accounts.errors import AccountLocked, BadCredentials, PasswordExpired, PasswordUnchanged
from accounts.passwords import check_password, normal_name
from accounts.people import TOKEN, forget_person, load_person
from accounts.security import hash_password, password_matches
from engine.authorization import ENGINE, Actor
from engine.engine import Engine
from engine.models import User


@dataclass(frozen=True)
class Verified:
    """Somebody whose password was right a moment ago."""

    actor: Actor  # without roles: enough to sign history
    password_hash: str
    password_changed_at: datetime | None
    subjects: tuple[str, str]  # name and address of the try
    at: datetime


def sign_in(username: str, password: str) -> tuple[Displaced, ...]:
    """Sign this browser in. Returns the sessions that had to go, so that the newer one is told, too.

    Raises BadCredentials, AccountLocked, TooManyAttempts; PasswordExpired when the password must be changed first.
    """
    here = accounts()
    who = _authenticate(here, username, password)
    changed_at = who.password_changed_at
    if changed_at is None or who.at - changed_at > here.settings.password_age:
        here.engine.run(forgive_attempt, ENGINE, *who.subjects)
        raise PasswordExpired(days=here.settings.password_age_days)
    sign_out()
    token = secrets.token_urlsafe(32)
    browser = Browser(digest(token), _ip(), request.user_agent.string[:200])
    displaced = here.engine.run(open_session, who.actor, browser, who.subjects, who.password_hash, here.limits)
    session[TOKEN] = token
    forget_person()
    return displaced


def sign_out() -> None:
    """End the session of this browser, if any; nothing of the old cookie is kept."""
    person = load_person(request)
    if person is not None and person.session_id is not None:
        accounts().engine.run(end_session, person.actor, person.session_id, "signed_out")
    session.clear()
    forget_person()


def change_own_password(username: str, old: str, new: str) -> None:
    """Works without a session, for a password that has expired; every session of the account ends.

    Raises PasswordTooWeak, PasswordUnchanged, BadCredentials, AccountLocked, TooManyAttempts.
    """
    here = accounts()
    check_password(new, username)
    if new == old:
        raise PasswordUnchanged
    who = _authenticate(here, username, old)
    here.engine.run(change_password, who.actor, who.subjects, who.password_hash, hash_password(new))


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


def _authenticate(here: Accounts, username: str, password: str) -> Verified:
    """The same work and the same answer for a name that nobody has as for a wrong password."""
    username = normal_name(username)
    ip = _ip()
    subjects = (name_subject(here.settings.secret_key, username), address_subject(ip))
    at = here.engine.run(reserve_sign_in, ENGINE, *subjects)
    row = _account(here, username)
    stored = here.dummy_hash if row is None or row.password is None else row.password
    right = password_matches(password, stored)
    if row is not None and right and row.active and row.password is not None:
        actor = Actor(row.id, row.username, row.organisation_id, row.display_name)
        return Verified(actor, row.password, row.password_changed_at, subjects, at)
    whose = (None, None) if row is None else (row.id, row.organisation_id)
    minutes = here.engine.run(record_failed_sign_in, ENGINE, subjects[0], ip, *whose)
    raise AccountLocked(minutes) if minutes else BadCredentials


def _account(here: Accounts, username: str) -> Row[int, str, int, str, str | None, datetime | None, bool] | None:
    columns = (User.id, User.username, User.organisation_id, User.display_name)
    with here.engine.read() as connection:
        return connection.execute(
            select(*columns, User.password, User.password_changed_at, User.active).where(User.username == username)
        ).one_or_none()


def _ip() -> str:
    return request.remote_addr or ""
