"""Timed cases for tests of jobs: timers whose answer the test holds in its hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.authorization import ENGINE
from engine.clock import Clock
from engine.database import Database
from engine.engine import Engine
from engine.expressions.registry import Function
from engine.extensions import Context, Service
from engine.models import Job, ProcessInstance
from engine.unit_of_work import UnitOfWork
from tests import factories
from tests.engine.definition.drawings import drawing, end, service, start, timer, user


@dataclass
class Hand:
    """What the function `test.answer(name)` gives, and the service `test.act` does."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    act: Any = None

    def answer(self, name: str) -> Any:
        self.asked.append(name)
        found = self.answers.get(name)
        if isinstance(found, Exception):
            raise found
        return found

    def serve(self, context: Context, /, **_: Any) -> None:
        if self.act is not None:
            self.act(context)


def timed_engine(database: Database, clock: Clock, hand: Hand) -> Engine:
    answer = Function("test.answer", hand.answer, zh="回答", en="answer", parameters=("name",), rearms=True)
    act = Service("test.act", hand.serve, zh="动作", en="act")
    engine = factories.new_engine(database, clock, functions=(answer,), services=(act,))
    factories.open_city(engine)
    return engine


def watched(key: str, text: str, kind: str = "timeDate", *, interrupting: bool = False) -> bytes:
    """One task with one timer, whose branch calls `test.act`."""
    nodes = [
        start("s"),
        user("a", "办理", candidateGroups="desk"),
        timer("t", "a", text, kind, interrupting),
        service("act", "test.act"),
        end("fired"),
        end("done"),
    ]
    return drawing(key, nodes, ["s -> a -> done", "t -> act -> fired"])


def begin(engine: Engine, key: str, text: str, kind: str = "timeDate", *, interrupting: bool = False) -> int:
    """Deploy and start it; the case's id."""
    factories.deploy(engine, watched(key, text, kind, interrupting=interrupting))
    return factories.open_ticket(engine, key).instance_id


def waiting(engine: Engine, instance_id: int | None = None) -> list[datetime]:
    """When the jobs run, soonest first."""
    query = select(Job.run_at).where(Job.state == "waiting").order_by(Job.run_at)
    return [
        row.run_at
        for row in factories.fetch(engine, query.where(Job.instance_id == instance_id) if instance_id else query)
    ]


def fired(engine: Engine, instance_id: int) -> list[tuple[datetime, str]]:
    """(when, the due time it told) of every firing."""
    return [
        (item.at, fact["due"])
        for item in factories.told(engine, instance_id)
        for fact in item.facts
        if fact["type"] == "timer_fired"
    ]


def reevaluate(engine: Engine, instance_id: int) -> None:
    """What a clock of an upper room does when it moves."""

    def ask_again(uow: UnitOfWork) -> None:
        root_id = uow.connection.scalar(select(ProcessInstance.root_id).where(ProcessInstance.id == instance_id))
        uow.instance(instance_id, root_id or 0).context(None).reevaluate_timers()

    engine.run(ask_again, ENGINE)
