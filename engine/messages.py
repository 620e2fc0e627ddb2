"""Handing on what cases send: a message to the one event that waits for it, a signal to all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update

from engine.errors import EngineError
from engine.models import Job, Subscription
from engine.outbox import JobKind, Parcel, Place, post
from engine.triggers import start_by, triggers
from engine.unit_of_work import UnitOfWork

LOOK_AGAIN = (timedelta(seconds=5), timedelta(minutes=5))
"""The least and the most that a kept message waits before a catch is looked for again: as long as it has waited."""

MOST_CATCHES = 500  # events that one step of a signal is handed to


class NobodyWaits(EngineError):
    """Nothing waits for the message “{name}”, and no process is started by it."""

    code, status = "nobody_waits", 409
    zh = "没有流程在等待消息“{name}”，也没有由它启动的流程。"


def find_catch(connection: Connection, organisation_id: int, name: str, correlation: str | None) -> RowMapping | None:
    """The event that has waited longest for the message."""
    table = Subscription.__table__
    query = select(table).where(
        table.c.organisation_id == organisation_id,
        table.c.kind == "message",
        table.c.name == name,
        table.c.correlation == correlation,
    )
    return connection.execute(query.order_by(table.c.created_at, table.c.id).limit(1)).mappings().one_or_none()


def run_message(uow: UnitOfWork, job: Mapping[Any, Any]) -> None:
    """Send a thrown message on to who waits for it, or start the process that it starts. Raises NobodyWaits.

    The waiting case is not locked here: the delivery is a job of its own, so that no command locks two tickets.
    """
    parcel, organisation_id = Parcel.read(job["inputs"]), job["organisation_id"]
    catch = find_catch(uow.connection, organisation_id, parcel.name, parcel.correlation)
    starts = [] if catch else triggers(uow.connection, organisation_id, "message", parcel.name)
    if catch is not None:
        _deliver(uow, parcel, catch)
    elif starts:
        for trigger in starts:
            start_by(uow, trigger, parcel.payload)
    elif parcel.is_kept(uow.now):
        _keep(uow, job)
        return
    elif parcel.expires is not None:
        uow.fact(job["root_id"], "message_expired", element=job["element_id"], event=parcel.name)
    else:
        raise NobodyWaits(name=parcel.name)
    _done(uow, job)


def run_signal(uow: UnitOfWork, job: Mapping[Any, Any]) -> None:
    """Hand a signal to every event that waits for it now, some at a time, and start what it starts."""
    parcel, table = Parcel.read(job["inputs"]), Subscription.__table__
    query = select(table).where(
        table.c.organisation_id == job["organisation_id"],
        table.c.kind == "signal",
        table.c.name == parcel.name,
        table.c.created_at <= job["armed_at"],
        table.c.id > (parcel.subscription or ""),
    )
    catches = uow.connection.execute(query.order_by(table.c.id).limit(MOST_CATCHES)).mappings().all()
    for catch in catches:
        _deliver(uow, parcel, catch)
    if len(catches) == MOST_CATCHES:
        further = Parcel(parcel.name, parcel.payload, subscription=catches[-1]["id"])
        uow.connection.execute(update(Job).where(Job.id == job["id"]).values(inputs=further.text()))
        return
    for trigger in triggers(uow.connection, job["organisation_id"], "signal", parcel.name):
        start_by(uow, trigger, parcel.payload)
    _done(uow, job)


def run_delivery(uow: UnitOfWork, job: Mapping[Any, Any]) -> None:
    """Let the event happen for which this was sent. Gone meanwhile: a message looks for another, a signal is over."""
    parcel = Parcel.read(job["inputs"])
    table = Subscription.__table__
    waits = uow.connection.scalar(select(table.c.id).where(table.c.id == parcel.subscription))
    _done(uow, job)
    if waits is not None:
        case = uow.instance(job["instance_id"], job["root_id"], job)
        if case.awaits_event(waits):
            case.receive(waits, parcel.payload)
            return
    if parcel.correlation is not None:
        again = Parcel(parcel.name, parcel.payload, parcel.correlation, parcel.expires)
        _post(uow, "message", again, job)


def _deliver(uow: UnitOfWork, parcel: Parcel, catch: Mapping[Any, Any]) -> None:
    delivery = Parcel(parcel.name, parcel.payload, parcel.correlation, parcel.expires, catch["id"])
    _post(uow, "delivery", delivery, catch)


def _post(uow: UnitOfWork, kind: JobKind, parcel: Parcel, place: Mapping[Any, Any]) -> None:
    post(uow, kind, parcel, Place(*(place[name] for name in Place._fields)))


def _keep(uow: UnitOfWork, job: Mapping[Any, Any]) -> None:
    """Look again later. A case whose event begins to wait wakes the messages of its own ticket at once."""
    least, most = LOOK_AGAIN
    pause = min(most, max(least, uow.now - job["armed_at"]))
    uow.connection.execute(update(Job).where(Job.id == job["id"]).values(run_at=uow.now + pause))


def _done(uow: UnitOfWork, job: Mapping[Any, Any]) -> None:
    uow.connection.execute(delete(Job).where(Job.id == job["id"]))
