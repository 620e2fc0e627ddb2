"""Bring a message from outside to the case that waits for it: a citizen calls again, a system reports back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine import nouns
from engine.authorization import ENGINE, require
from engine.errors import NotFound
from engine.messages import NobodyWaits, find_catch
from engine.models import ProcessInstance, Subscription
from engine.outbox import Parcel, Place, bounded, case_key, expiry, post
from engine.triggers import start_by, triggers
from engine.unit_of_work import RunAgain, UnitOfWork


@dataclass(frozen=True)
class Delivered:
    """What became of a message."""

    outcome: str  # received, started, kept
    instance_id: int  # the case that received it, was started, or for which it is kept


def deliver_message(
    uow: UnitOfWork,
    organisation_id: int,
    name: str,
    payload: Mapping[str, Any],
    *,
    case_id: int | None = None,
    correlation: str | None = None,
    kept_for: str | None = None,
) -> Delivered:
    """`case_id`: the ticket it is for, or `correlation`: what the waiting event names; neither: it starts a process.

    `kept_for`: ISO 8601; a message for a ticket that does not wait for it yet is kept so long, at most 31 days.
    Raises Forbidden, NotFound, NobodyWaits, PayloadTooLarge, InvalidTime, and what the case refuses.
    """
    require(uow.actor, "message.send")
    brought = bounded(name, payload)
    if case_id is not None:
        root = ProcessInstance.__table__.alias()
        root_id = uow.reach(nouns.CASE, select(root.c.root_id).where(root.c.id == case_id).scalar_subquery())
        correlation = case_key(root_id)
    if correlation is not None:
        catch = find_catch(uow.connection, organisation_id, name, correlation)
        if catch is not None:
            return _receive(uow, name, catch, brought)
    elif starts := triggers(uow.connection, organisation_id, "message", name):
        if uow.actor is not ENGINE and uow.actor.organisation_id != organisation_id:
            raise NotFound(what=nouns.PROCESS)
        started = [start_by(uow, trigger, brought) for trigger in starts]
        return Delivered("started", started[0].instance_id)
    expires = expiry(uow.now, kept_for)
    if case_id is None or expires is None:
        raise NobodyWaits(name=name)
    parcel = Parcel(name, brought, correlation, expires)
    post(uow, "message", parcel, Place(organisation_id, root_id, root_id, name))
    uow.fact(root_id, "message_kept", event=name, until=expires)
    return Delivered("kept", root_id)


def _receive(uow: UnitOfWork, name: str, catch: Mapping[Any, Any], payload: Mapping[str, Any]) -> Delivered:
    """Under the lock of the case that waits, which may have moved on since it was found."""
    table = Subscription.__table__
    try:
        uow.reach(nouns.CASE, select(table.c.root_id).where(table.c.id == catch["id"]).scalar_subquery())
    except NotFound:
        raise NobodyWaits(name=name) from None
    if uow.connection.scalar(select(table.c.id).where(table.c.id == catch["id"])) is None:
        raise RunAgain
    case = uow.instance(catch["instance_id"], catch["root_id"])
    case.receive(catch["id"], payload)
    return Delivered("received", catch["instance_id"])
