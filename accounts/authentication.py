"""Is the password right? Looked at between two commands, never within one; each try counts before it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request
from sqlalchemy import Row, select

from accounts.attempts import address_subject, name_subject
from accounts.commands.forgive_attempt import forgive_attempt
from accounts.commands.record_failed_sign_in import record_failed_sign_in
from accounts.commands.reserve_sign_in import reserve_sign_in
from accounts.context import Accounts, accounts
from accounts.errors import AccountLocked, BadCredentials
from accounts.passwords import normal_name
from accounts.security import password_matches
from engine.authorization import ENGINE, Actor
from engine.models import User


@dataclass(frozen=True)
class Verified:
    """Somebody whose password was right a moment ago."""

    actor: Actor  # without roles: enough to sign history
    password_hash: str
    password_changed_at: datetime | None
    subjects: tuple[str, str]  # name and address of the try
    at: datetime


def authenticate(username: str, password: str) -> Verified:
    """The same work and the same answer for a name that nobody has as for a wrong password.

    The try stays counted until a command takes it back. Raises BadCredentials, AccountLocked, TooManyAttempts.
    """
    here, username = accounts(), normal_name(username)
    subjects = subjects_of(here, username)
    at = here.engine.run(reserve_sign_in, ENGINE, *subjects)
    row = _account(here, username)
    stored = here.dummy_hash if row is None or row.password is None else row.password
    right = password_matches(password, stored)
    if row is not None and right and row.active and row.password is not None:
        actor = Actor(row.id, row.username, row.organisation_id, row.display_name)
        return Verified(actor, row.password, row.password_changed_at, subjects, at)
    whose = (None, None) if row is None else (row.id, row.organisation_id)
    minutes = here.engine.run(record_failed_sign_in, ENGINE, subjects[0], address(), *whose)
    raise AccountLocked(minutes) if minutes else BadCredentials


def confirm_password(username: str, password: str) -> Verified:
    """Who is signed in shows once more who it is, before something that opens or closes the account."""
    who = authenticate(username, password)
    accounts().engine.run(forgive_attempt, ENGINE, *who.subjects)
    return who


def subjects_of(here: Accounts, username: str) -> tuple[str, str]:
    """What this request's tries are counted under: the name and the address."""
    return name_subject(here.settings.secret_key, username), address_subject(address())


def address() -> str:
    return request.remote_addr or ""


def _account(here: Accounts, username: str) -> Row[int, str, int, str, str | None, datetime | None, bool] | None:
    columns = (User.id, User.username, User.organisation_id, User.display_name)
    with here.engine.read() as connection:
        return connection.execute(
            select(*columns, User.password, User.password_changed_at, User.active).where(User.username == username)
        ).one_or_none()
