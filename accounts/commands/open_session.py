"""Sign in: open the browser session of a person whose password was right, and end the older one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from accounts.attempts import clear
from accounts.errors import BadCredentials
from accounts.live_sessions import SessionLimits, end, end_reason
from accounts.models import LiveSession
from engine.models import User
from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Browser:
    """Where somebody signs in from, and what the browser will show again."""

    token_hash: str
    ip: str
    user_agent: str


@dataclass(frozen=True)
class Displaced:
    """A session that this sign-in has ended."""

    ip: str
    last_seen_at: datetime


def open_session(
    uow: UnitOfWork, browser: Browser, subjects: tuple[str, str], password_hash: str, limits: SessionLimits
) -> tuple[Displaced, ...]:
    """The sessions that had to go. `subjects`: name and address of the try; `password_hash`: what was verified.

    Raises BadCredentials when password or account were changed since it was verified.
    """
    user = User.__table__
    row = uow.connection.execute(
        select(user.c.password, user.c.active).where(user.c.id == uow.actor.id).with_for_update()
    ).one()
    if not row.active or row.password != password_hash:
        raise BadCredentials
    clear(uow, *subjects)
    displaced = _end_older(uow, limits)
    uow.connection.execute(
        insert(LiveSession).values(
            user_id=uow.actor.id,
            token_hash=browser.token_hash,
            started_at=uow.now,
            last_seen_at=uow.now,
            ip=browser.ip,
            user_agent=browser.user_agent,
        )
    )
    uow.loose_fact("signed_in", organisation_id=uow.actor.organisation_id, ip=browser.ip, user_agent=browser.user_agent)
    return displaced


def _end_older(uow: UnitOfWork, limits: SessionLimits) -> tuple[Displaced, ...]:
    """End what has run out, and what is still live if an account may have one session only."""
    table, displaced = LiveSession.__table__, list[Displaced]()
    older = select(table.c.id, table.c.ip, table.c.started_at, table.c.last_seen_at).where(
        table.c.user_id == uow.actor.id, table.c.ended_at.is_(None)
    )
    for row in uow.connection.execute(older.order_by(table.c.id)).all():
        reason = end_reason(row.started_at, row.last_seen_at, uow.now, limits)
        if reason is None and limits.single:
            reason = "displaced"
            displaced.append(Displaced(row.ip, row.last_seen_at))
        if reason is not None:
            end(uow, row.id, reason)
    return tuple(displaced)
