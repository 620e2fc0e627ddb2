"""Handing on what cases send: a message to the one event that waits for it, a signal to all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update

from engine.errors import EngineError
from engine.models import Job, Subscription
from engine.outbox import Parcel, Place, post
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


def find_catches(
    connection: Connection,
    organisation_id: int,
    name: str,
    thrown_at: datetime,
    *,
    after: str | None = None,
    limit: int = MOST_CATCHES,
) -> Sequence[RowMapping]:
    """The next events that have waited for a signal since before it was thrown, in the order of their ids."""
    table = Subscription.__table__
    query = select(table).where(
        table.c.organisation_id == organisation_id,
        table.c.kind == "signal",
        table.c.name == name,
        table.c.created_at <= thrown_at,
        table.c.id > (after or ""),
    )
    return connection.execute(query.order_by(table.c.id).limit(limit)).mappings().all()


def run_message(uow: UnitOfWork, job: Mapping[Any, Any]) -> None:
    """Send a thrown message on to who waits for it, or to the process that it starts. Raises NobodyWaits.

    The waiting case is not locked here: the delivery is a job of its own, so that no command locks two tickets, and
    what one receiver refuses is no other's trouble.
    """
    parcel, organisation_id = Parcel.read(job["inputs"]), job["organisation_id"]
    catch = find_catch(uow.connection, organisation_id, parcel.name, parcel.correlation)
    if catch is not None:
        deliver(uow, parcel, [catch])
    elif not _start(uow, "message", parcel, job):
        if parcel.is_kept(uow.now):
            _keep(uow, job, parcel)
            return
        if parcel.expires is None:
            raise NobodyWaits(name=parcel.name)
        uow.fact(job["root_id"], "message_expired", element=job["element_id"], event=parcel.name)
    _done(uow, job)


def run_signal(uow: UnitOfWork, job: Mapping[Any, Any]) -> None:
    """Hand a signal to every event that waited for it when it was thrown, some at a time, and to what it starts."""
    parcel, organisation_id = Parcel.read(job["inputs"]), job["organisation_id"]
    catches = find_catches(uow.connection, organisation_id, parcel.name, job["armed_at"], after=parcel.subscription)
    deliver(uow, parcel, catches)
    if len(catches) == MOST_CATCHES:
        further = replace(parcel, subscription=catches[-1]["id"])
        uow.connection.execute(update(Job).where(Job.id == job["id"]).values(inputs=further.text()))
        return
    _start(uow, "signal", parcel, job)
    _done(uow, job)


def run_start(uow: UnitOfWork, job: Mapping[Any, Any]) -> None:
    """Start the process that a message or signal starts, as it is published now. Raises what its case refuses."""
    parcel = Parcel.read(job["inputs"])
    kind = "signal" if parcel.correlation is None else "message"
    for trigger in triggers(uow.connection, job["organisation_id"], kind, parcel.name):
        if trigger["process_key"] == parcel.process:
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
        case.receive(waits, parcel.payload)
    elif parcel.correlation is not None:
        again = Parcel(parcel.name, parcel.payload, parcel.correlation, parcel.expires)
        post(uow, "message", (again, _place(job)))


def deliver(uow: UnitOfWork, parcel: Parcel, catches: Sequence[RowMapping]) -> None:
    """Post what was sent to each of the waiting events."""
    sent = [(replace(parcel, subscription=catch["id"]), _place(catch)) for catch in catches]
    post(uow, "delivery", *sent)


def _start(uow: UnitOfWork, kind: str, parcel: Parcel, job: Mapping[Any, Any]) -> bool:
    """Post a start for each process that begins so; whether there is one."""
    found = triggers(uow.connection, job["organisation_id"], kind, parcel.name)
    keys = dict.fromkeys(trigger["process_key"] for trigger in found)
    post(uow, "start", *((replace(parcel, subscription=None, process=key), _place(job)) for key in keys))
    return bool(keys)


def _place(row: Mapping[Any, Any]) -> Place:
    return Place(*(row[name] for name in Place._fields))


def _keep(uow: UnitOfWork, job: Mapping[Any, Any], parcel: Parcel) -> None:
    """Look again later. A case whose event begins to wait wakes the messages of its own ticket at once."""
    least, most = LOOK_AGAIN
    pause = min(most, max(least, uow.now - job["armed_at"]))
    look = min(uow.now + pause, datetime.fromisoformat(parcel.expires or ""))
    uow.connection.execute(update(Job).where(Job.id == job["id"]).values(run_at=look, attempts=0))


def _done(uow: UnitOfWork, job: Mapping[Any, Any]) -> None:
    uow.connection.execute(delete(Job).where(Job.id == job["id"]))
