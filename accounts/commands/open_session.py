"""Sign in: open the browser session of a person whose password and code were right, and end the older one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from accounts.api_keys import digest
from accounts.attempts import clear
from accounts.errors import BadCredentials
from accounts.live_sessions import SessionLimits, end, end_reason
from accounts.models import LiveSession
from accounts.second_factor import FactorRules, admit
from engine.models import User
from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Browser:
    """Where somebody signs in from, and what the browser will show again."""

    token_hash: str
    ip: str
    user_agent: str


@dataclass(frozen=True)
class Proof:
    """That somebody knew the password, and the code that was typed after it, if any."""

    password_mark: str  # SHA-256 of the stored hash that was verified
    at: datetime  # when it was
    subjects: tuple[str, str]  # name and address of the try
    code: str | None = None


@dataclass(frozen=True)
class Displaced:
    """A session that this sign-in has ended."""

    ip: str
    last_seen_at: datetime


@dataclass(frozen=True)
class Opened:
    """What the person must be told."""

    displaced: tuple[Displaced, ...]
    recovery_codes: tuple[str, ...] = ()  # when the code has set up a second factor; shown once


def open_session(
    uow: UnitOfWork, browser: Browser, proof: Proof, limits: SessionLimits, factors: FactorRules
) -> Opened:
    """One proof opens one session. Raises BadCredentials when password or account were changed since, or when a
    session was opened since; what `second_factor.admit` raises.
    """
    user = User.__table__
    row = uow.connection.execute(
        select(user.c.password, user.c.active).where(user.c.id == uow.actor.id).with_for_update()
    ).one()
    if not row.active or digest(row.password or "") != proof.password_mark or _used(uow, proof):
        raise BadCredentials
    recovery_codes = admit(uow, proof.code, factors)
    clear(uow, *proof.subjects)
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
    return Opened(displaced, recovery_codes)


def _used(uow: UnitOfWork, proof: Proof) -> bool:
    """A cookie between the two steps may have been copied: whoever comes second has to begin again."""
    later = select(LiveSession.id).where(LiveSession.user_id == uow.actor.id, LiveSession.started_at > proof.at)
    return proof.code is not None and uow.connection.scalar(later.limit(1)) is not None


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
