"""Send a signal from outside: every event that waits for it hears it, and every process that it starts begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import nouns
from engine.authorization import ENGINE, require
from engine.errors import EngineError, NotFound
from engine.messages import NobodyWaits, deliver, find_catches
from engine.outbox import Parcel, bounded
from engine.triggers import start_by, triggers
from engine.unit_of_work import UnitOfWork

MAX_CATCHES = 5_000  # events that one signal from outside is handed to, in one transaction


class TooManyWait(EngineError):
    """More than {limit} events wait for the signal “{name}”; let a process throw it, which hands it on by and by."""

    code, status = "too_many_wait", 422
    zh = "等待信号“{name}”的事件超过 {limit} 个；请由流程抛出该信号，系统会分批送达。"


@dataclass(frozen=True)
class Sent:
    """What became of a signal."""

    waiting: int  # events that it is on its way to
    started: tuple[int, ...]  # cases that it has started


def send_signal(uow: UnitOfWork, organisation_id: int, name: str, payload: Mapping[str, Any]) -> Sent:
    """`organisation_id`: the client whose cases hear it; only its own people may send it.

    Raises Forbidden, NotFound, NobodyWaits, PayloadTooLarge, TooManyWait, and what a case that it starts refuses.
    """
    require(uow.actor, "message.send")
    if uow.actor is not ENGINE and uow.actor.organisation_id != organisation_id:
        raise NotFound(what=nouns.CLIENT)
    brought = bounded(name, payload)
    catches = find_catches(uow.connection, organisation_id, name, uow.now, limit=MAX_CATCHES + 1)
    if len(catches) > MAX_CATCHES:
        raise TooManyWait(name=name, limit=MAX_CATCHES)
    starts = triggers(uow.connection, organisation_id, "signal", name)
    if not catches and not starts:
        raise NobodyWaits(name=name)
    deliver(uow, Parcel(name, brought), catches)
    started = tuple(start_by(uow, trigger, brought).instance_id for trigger in starts)
    told = {"event": name, "waiting": len(catches), "started": list(started)}
    uow.loose_fact("signal_sent", organisation_id=organisation_id, **told)
    return Sent(len(catches), started)
