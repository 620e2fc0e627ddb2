"""Who is behind a request: one Core statement turns a live session or an API key into a Person with its Actor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NoReturn

from flask import Request, g, request, session
from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.sql.selectable import FromClause, Select

from accounts.api_keys import SHAPE, digest
from accounts.commands.end_session import end_session
from accounts.commands.touch_api_key import touch_api_key
from accounts.commands.touch_session import touch_session
from accounts.context import Accounts, accounts
from accounts.errors import ApiKeyInvalid, SignInRequired
from accounts.live_sessions import REFUSALS, end_reason
from accounts.models import ApiKey, LiveSession
from engine.authorization import Actor
from engine.models import Membership, Organisation, Role, User
from engine.statements import Statement

TOKEN = "live"  # noqa: S105 - the key in the cookie session, not a secret
PERSON, REFUSAL = "person", "sign_in_refusal"
"""Kept in Flask's `g`: who sends this request, and why it is nobody. Beside them `asked_at`, which nobody changes."""
SEEN_EVERY = timedelta(minutes=1)
USED_EVERY = timedelta(hours=1)
BY_ITSELF = "Signalbox-Refresh"
"""The header of a page that refreshes itself: nobody sits there, so it does not keep a session alive."""


@dataclass(frozen=True)
class Person:
    """A signed-in person or a machine with a key: Flask's `current_user`."""

    actor: Actor
    organisation: str  # its name
    role_names: tuple[str, ...]  # in Chinese, as pages show them
    locale: str | None
    session_id: int | None = None  # of a browser
    key_id: int | None = None  # of a machine
    is_authenticated = is_active = True
    is_anonymous = False


def _statement(present: ColumnElement[Any], credential: FromClause, hash_column: str, *columns: str) -> Select[Any]:
    """The time, and the credential with this hash and all of its user, one row for each role."""
    mine = credential.c
    query: Select[Any] = select(
        present.label("present"),
        mine.id.label("credential_id"),
        *(mine[column] for column in columns),
        User.id.label("user_id"),
        *(User.username, User.display_name, User.organisation_id, User.active, User.locale),
        Organisation.name.label("organisation"),
        *(Role.name.label("role"), Role.description.label("role_name"), Role.permissions.label("role_permissions")),
    )
    return (
        query.select_from(credential)
        .join(User, User.id == mine.user_id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Role, Role.id == Membership.role_id)
        .where(mine[hash_column] == bindparam("hash"))
        .order_by(Role.id)
    )


@cache
def _session(present: ColumnElement[Any]) -> Statement:
    columns = ("started_at", "last_seen_at", "ended_at", "end_reason")
    return Statement(_statement(present, LiveSession.__table__, "token_hash", *columns))


@cache
def _key(present: ColumnElement[Any]) -> Statement:
    columns = ("scopes", "expires_at", "revoked_at", "last_used_at")
    return Statement(_statement(present, ApiKey.__table__, "key_hash", *columns))


def load_person(request: Request) -> Person | None:
    """Who sends a request; the request loader of Flask-Login. None: nobody, and `refusal()` says why."""
    if PERSON not in g:
        g.person = _load(request)
    found: Person | None = g.person
    return found


def _load(request: Request) -> Person | None:
    """A key goes before a cookie."""
    here = accounts()
    try:
        if sends_key(request):
            return _by_key(here, request.headers["Authorization"].removeprefix("Bearer "))
        if TOKEN in session:
            return _by_session(here, session[TOKEN])
    except SignInRequired as refused:
        g.sign_in_refusal = refused
    return None


def sends_key(request: Request) -> bool:
    """Whether a machine speaks: no browser adds this header by itself."""
    return request.headers.get("Authorization", "").startswith("Bearer ")


def current_person() -> Person:
    """Who sends this request. Raises SignInRequired, or what ended the session."""
    person = load_person(request)
    if person is None:
        raise refusal() or SignInRequired
    return person


def current_actor() -> Actor:
    """The actor behind this request, to be given to Engine.run. Raises as `current_person`."""
    return current_person().actor


def asked_at() -> datetime:
    """When this request was signed in (UTC): which day is called today is reckoned from it. Raises as above.

    It is older than whatever the request does.
    """
    current_person()
    at: datetime = g.asked_at
    return at


def own_organisation() -> int:
    """The organisation behind this request: what is made without naming one is made there. Raises as above.

    0, an id that no organisation has, for who belongs to none.
    """
    return current_actor().organisation_id or 0


def refusal() -> SignInRequired | None:
    """Why the credential that came with this request is no longer good; the page for signing in says it."""
    if load_person(request) is not None:
        return None
    refused: SignInRequired | None = g.get(REFUSAL)
    return refused


def forget_person() -> None:
    """The rest of this request is somebody else's: of who signs in with it, or of nobody."""
    for kept in (PERSON, REFUSAL, "_login_user"):
        g.pop(kept, None)


def _by_session(here: Accounts, token: str) -> Person:
    rows = _read(here, _session, token)
    if not rows:
        raise SignInRequired
    row, now = rows[0], g.asked_at
    person = _person(rows, session_id=row.credential_id)
    if row.ended_at is not None:
        raise REFUSALS[row.end_reason]
    reason = end_reason(row.started_at, row.last_seen_at, now, here.limits) if row.active else "revoked"
    if reason is not None:
        _end(here, person, reason)
    if now - row.last_seen_at >= SEEN_EVERY and BY_ITSELF not in request.headers:
        here.engine.run(touch_session, person.actor, row.credential_id)
    return person


def _end(here: Accounts, person: Person, reason: str) -> NoReturn:
    here.engine.run(end_session, person.actor, person.session_id or 0, reason)
    raise REFUSALS[reason]


def _by_key(here: Accounts, key: str) -> Person:
    rows = _read(here, _key, key) if SHAPE.fullmatch(key) else []
    if not rows:
        raise ApiKeyInvalid
    row, now = rows[0], g.asked_at
    if not row.active or row.revoked_at is not None or now >= row.expires_at:
        raise ApiKeyInvalid
    person = _person(rows, frozenset(row.scopes), key_id=row.credential_id)
    if row.last_used_at is None or now - row.last_used_at >= USED_EVERY:
        here.engine.run(touch_api_key, person.actor, row.credential_id)
    return person


def _read(here: Accounts, statement: Callable[[ColumnElement[Any]], Statement], secret: str) -> list[Any]:
    """The rows of a credential; `g.asked_at` came with them. No rows: there is no such credential."""
    clock = here.engine.resources.clock
    with here.engine.read() as connection:
        rows = statement(clock.column(connection.dialect.name)).all(connection, {"hash": digest(secret)})
    if rows:
        g.asked_at = clock.read(rows[0].present)
    return rows


def _person(rows: list[Any], scopes: frozenset[str] | None = None, **credential: int) -> Person:
    row = rows[0]
    held = [one for one in rows if one.role is not None]
    permissions = frozenset([permission for one in held for permission in one.role_permissions])
    roles = frozenset([one.role for one in held])
    actor = Actor(
        id=row.user_id,
        name=row.username,
        organisation_id=row.organisation_id,
        display_name=row.display_name,
        roles=roles,
        groups=roles,
        permissions=permissions if scopes is None else permissions & scopes,
    )
    return Person(actor, row.organisation, tuple([one.role_name for one in held]), row.locale, **credential)
