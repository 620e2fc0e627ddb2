"""Cases with outside services for tests: what a service answers, the test holds in its hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from engine.clock import Clock
from engine.database import Database
from engine.engine import Engine
from engine.extensions import Call, Parameter, Service
from engine.models import Job
from tests import factories
from tests.engine.definition.drawings import Node, drawing, end, parallel, service, start, timer, user

LIMIT = 0.05  # seconds that a call of these tests may take


class Outside:
    """The service "test.call": notes each call, and answers as it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[Call, dict[str, Any]]] = []
        self.answer: Callable[[Call], Any] = lambda call: {"said": "好"}

    def __call__(self, call: Call, /, **parameters: Any) -> Any:
        self.calls.append((call, parameters))
        return self.answer(call)


def calling_engine(database: Database, clock: Clock, outside: Outside, *more: Service, seconds: float = 30.0) -> Engine:
    """An engine with that service, in the small city."""
    return another_engine(database, clock, outside, *more, seconds=seconds, settled=False)


def another_engine(
    database: Database, clock: Clock, outside: Outside, *more: Service, seconds: float = 30.0, settled: bool = True
) -> Engine:
    """One more worker on the same database."""
    what = Parameter("what", "any", zh="事", en="what", required=False)
    call = Service("test.call", outside, zh="叫", en="call", parameters=(what,), inside=False, seconds=seconds)
    engine = factories.new_engine(database, clock, services=(call, *more))
    if not settled:
        factories.open_city(engine)
    return engine


def call_task(id: str = "call", **attributes: Any) -> Node:
    return service(id, "test.call", inputs={"what": "${note}"}, outputs={"said": "${result.said}"}, **attributes)


CALLED = drawing(
    "called",
    [start("s"), call_task(), user("a", candidateGroups="desk"), end("e")],
    ["s -> call -> a -> e"],
)
"""One outside call, then a task."""

WATCHED_CALL = drawing(
    "watched_call",
    [
        start("s"),
        call_task(),
        timer("late", "call", "PT10M"),
        user("a", candidateGroups="desk"),
        user("b", candidateGroups="desk"),
        end("e"),
        end("f"),
    ],
    ["s -> call -> a -> e", "late -> b -> f"],
)
"""The call is given up when it has not come back after ten minutes."""

TWO_CALLS = drawing(
    "two_calls",
    [
        start("s"),
        parallel("split"),
        call_task("one"),
        call_task("two"),
        parallel("join"),
        user("a", candidateGroups="desk"),
        end("e"),
    ],
    ["s -> split -> one -> join -> a -> e", "split -> two -> join"],
)


def jobs(engine: Engine) -> list[Any]:
    return factories.fetch(engine, select(Job.__table__).order_by(Job.element_id))
