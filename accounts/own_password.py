"""A new password: for the old one, by a one-time link, or because the old one has leaked."""

from __future__ import annotations

from datetime import datetime

from flask import session

from accounts.api_keys import digest
from accounts.attempts import address_subject, name_subject
from accounts.authentication import address, authenticate, confirm_password
from accounts.commands.ask_password_reset import ask_password_reset
from accounts.commands.change_password import change_password
from accounts.commands.issue_reset_link import issue_reset_link
from accounts.commands.report_leak import report_leak
from accounts.commands.reset_password import reset_password
from accounts.context import accounts
from accounts.errors import PasswordUnchanged, PasswordUsedBefore
from accounts.former_passwords import remembered_hashes
from accounts.passwords import REMEMBERED, check_password, normal_name
from accounts.people import forget_person
from accounts.queries.reset_link_owner import reset_link_owner
from accounts.reset_links import PAGE, new_token
from accounts.security import hash_password, password_matches
from engine.authorization import ENGINE, Actor
from engine.engine import Engine


def change_own_password(username: str, old: str, new: str) -> None:
    """Works without a session, for a password that has expired; every session of the account ends.

    Raises PasswordTooWeak, PasswordUnchanged, PasswordUsedBefore, BadCredentials, AccountLocked, TooManyAttempts.
    """
    check_password(new, username)
    if new == old:
        raise PasswordUnchanged
    who = authenticate(username, old)
    _check_history(who.actor, new)
    accounts().engine.run(change_password, who.actor, who.subjects, who.password_hash, hash_password(new))


def ask_for_link(username: str) -> None:
    """Tell the administrators that somebody has forgotten the password. Raises TooManyAttempts."""
    ip = address()
    accounts().engine.run(ask_password_reset, ENGINE, normal_name(username), ip, address_subject(ip))


def issue_link(engine: Engine, actor: Actor, user_id: int) -> tuple[str, datetime]:
    """The path of a new one-time link, to be handed over now, and when it ends. Raises as issue_reset_link does."""
    token = new_token()
    return PAGE + token, engine.run(issue_reset_link, actor, user_id, digest(token))


def link_owner(token: str) -> Actor:
    """Whose password a link may set. Raises ResetLinkInvalid."""
    here = accounts()
    with here.engine.read() as connection:
        return reset_link_owner(connection, digest(token), here.engine.resources.clock.now(connection))


def set_password_by_link(token: str, new: str) -> None:
    """Every session of the account ends. Raises ResetLinkInvalid, PasswordTooWeak, PasswordUsedBefore."""
    here, who = accounts(), link_owner(token)
    check_password(new, who.name)
    _check_history(who, new)
    name = name_subject(here.settings.secret_key, who.name)
    here.engine.run(reset_password, who, digest(token), name, hash_password(new))


def close_leaked_account(username: str, password: str) -> str:
    """The path of the page on which this browser, now signed out, sets a new password at once.

    Raises BadCredentials, AccountLocked, TooManyAttempts.
    """
    who, token = confirm_password(username, password), new_token()
    accounts().engine.run(report_leak, who.actor, who.password_hash, digest(token))
    session.clear()
    forget_person()
    return PAGE + token


def _check_history(who: Actor, new: str) -> None:
    with accounts().engine.read() as connection:
        hashes = remembered_hashes(connection, who.id or 0)
    if any(password_matches(new, hash_) for hash_ in hashes):
        raise PasswordUsedBefore(count=REMEMBERED)
