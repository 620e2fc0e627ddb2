"""Bring a message from outside to the case that waits for it: a citizen calls again, a system reports back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from engine import nouns
from engine.authorization import ENGINE, require
from engine.errors import EngineError, NotFound
from engine.messages import NobodyWaits, find_catch
from engine.models import Job, ProcessInstance, Subscription
from engine.outbox import Parcel, Place, bounded, case_key, expiry, post
from engine.triggers import start_by, triggers
from engine.unit_of_work import RunAgain, UnitOfWork

MAX_KEPT = 100  # messages that one ticket keeps


class TooManyKept(EngineError):
    """{limit} messages are kept for the case already, and nobody waits for them."""

    code, status = "too_many_kept", 409
    zh = "该工单已存有 {limit} 条无人等待的消息。"


@dataclass(frozen=True)
class Delivered:
    """What became of a message."""

    outcome: str  # received, started, kept
    instance_id: int  # the case that received it, was started, or for which it is kept


def deliver_message(
    uow: UnitOfWork,
    organisation_id: int | None,
    name: str,
    payload: Mapping[str, Any],
    *,
    case_id: int | None = None,
    correlation: str | None = None,
    kept_for: str | None = None,
) -> Delivered:
    """`case_id`: the ticket it is for, or `correlation`: what the waiting event names; neither: it starts a process.

    `organisation_id`: the client whose processes are meant; None with `case_id`, which says so itself. `kept_for`:
    ISO 8601; a message for a ticket that does not wait for it yet is kept so long, at most 31 days.
    Raises Forbidden, NotFound, NobodyWaits, PayloadTooLarge, InvalidTime, TooManyKept, and what the case refuses.
    """
    require(uow.actor, "message.send")
    brought, expires = bounded(name, payload), None
    if case_id is not None:
        root = ProcessInstance.__table__.alias()
        root_id = uow.reach(nouns.CASE, select(root.c.root_id).where(root.c.id == case_id).scalar_subquery())
        organisation_id, correlation = uow.heads[root_id].organisation_id, case_key(root_id)
        expires = expiry(uow.now, kept_for)
    if correlation is not None:
        catch = find_catch(uow.connection, organisation_id or 0, name, correlation)
        if catch is not None:
            if catch["root_id"] not in uow.heads:
                _reach(uow, name, catch)
            uow.instance(catch["instance_id"], catch["root_id"]).receive(catch["id"], brought)
            return Delivered("received", catch["instance_id"])
        if case_id is None or expires is None:
            raise NobodyWaits(name=name)
        return _keep(uow, root_id, Parcel(name, brought, correlation, expires))
    return _start(uow, organisation_id or 0, name, brought)


def _reach(uow: UnitOfWork, name: str, catch: Mapping[Any, Any]) -> None:
    """Lock the case that waits. It may have moved on since it was found: then another may wait. Raises NobodyWaits."""
    table = Subscription.__table__
    still = select(table.c.root_id).where(table.c.id == catch["id"])
    try:
        uow.reach(nouns.CASE, still.scalar_subquery())
    except NotFound:
        if uow.connection.scalar(still) is None:
            raise RunAgain from None
        raise NobodyWaits(name=name) from None  # it is another's case
    if uow.connection.scalar(still) is None:
        raise RunAgain


def _keep(uow: UnitOfWork, root_id: int, parcel: Parcel) -> Delivered:
    """Under the lock of the ticket: no event can begin to wait between the look for one and this."""
    job = Job.__table__
    kept = select(func.count()).where(job.c.root_id == root_id, job.c.kind == "message")
    if (uow.connection.scalar(kept) or 0) >= MAX_KEPT:
        raise TooManyKept(limit=MAX_KEPT)
    post(uow, "message", (parcel, Place(uow.heads[root_id].organisation_id, root_id, root_id, parcel.name)))
    uow.fact(root_id, "message_kept", event=parcel.name, until=parcel.expires)
    return Delivered("kept", root_id)


def _start(uow: UnitOfWork, organisation_id: int, name: str, payload: Mapping[str, Any]) -> Delivered:
    starts = triggers(uow.connection, organisation_id, "message", name)
    if uow.actor is not ENGINE and uow.actor.organisation_id != organisation_id:
        starts = []  # another's processes are not there at all
    if not starts:
        raise NobodyWaits(name=name)
    started = [start_by(uow, trigger, payload) for trigger in starts]
    return Delivered("started", started[0].instance_id)
