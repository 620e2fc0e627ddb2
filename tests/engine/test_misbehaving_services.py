"""Services that raise, hang, or answer too much or what is no data: each a failed try, told by its code."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import outside as calls
from engine.clock import ManualClock
from engine.commands.retry_job import retry_job
from engine.database import Database
from engine.engine import Engine
from engine.errors import EngineError
from engine.extensions import Call, Service
from engine.models import Incident
from engine.worker import drain, live_until
from tests.conftest import T0
from tests.engine.called import CALLED, LIMIT, WATCHED_CALL, Outside, calling_engine, jobs
from tests.factories import actor, deploy, everything, fetch, open_tasks, open_ticket, told


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def engine(database: Database, clock: ManualClock, outside: Outside) -> Engine:
    return calling_engine(database, clock, outside)


@pytest.fixture
def called(engine: Engine) -> int:
    """A case that waits for its call."""
    deploy(engine, CALLED)
    return open_ticket(engine, "called", {"note": "灯坏"}).instance_id


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    """What hangs until the test is over."""
    over = threading.Event()
    yield over
    over.set()


class NoLine(EngineError):
    """The line is dead."""

    code = "no_line"


def wrong(kind: str) -> Any:
    """What a service may do wrong, and the code by which it is told."""
    if kind == "raises":
        raise ZeroDivisionError
    if kind == "exits":
        raise SystemExit
    if kind == "words":
        raise NoLine
    endless: list[Any] = []
    endless += [endless, endless]
    return {
        "long": "x" * 65_537,
        "many": list(range(10_001)),
        "wide": "灯" * 30_000,
        "set": {1, 2},
        "nan": float("nan"),
        "endless": endless,
    }[kind]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("raises", "unexpected"),
        ("exits", "unexpected"),
        ("words", "no_line"),
        ("long", "service_data_too_large"),
        ("many", "service_data_too_large"),
        ("wide", "service_data_too_large"),
        ("set", "not_plain_data"),
        ("nan", "not_plain_data"),
        ("endless", "service_data_too_large"),
    ],
)
def test_what_a_service_does_wrong_is_a_failed_try(
    engine: Engine, clock: ManualClock, outside: Outside, called: int, kind: str, code: str
) -> None:
    """10 s, 60 s, then an incident; an operator lets it run again, and nothing else of the case has changed."""
    outside.answer = lambda call: wrong(kind)
    before = everything(engine)
    assert drain(engine) == 1
    after = everything(engine)
    assert {name for name in after if after[name] != before[name]} == {"job", "history_event", "process_instance"}
    assert told(engine, called)[-1].facts == [
        {"type": "job_failed", "element": "call", "job": jobs(engine)[0].id, "kind": "service", "attempt": 1}
        | {"code": code}
    ]
    assert jobs(engine)[0].run_at == T0 + timedelta(seconds=10)
    live_until(engine, clock, T0 + timedelta(seconds=70))
    (job,) = jobs(engine)
    assert (job.state, job.attempts, job.lease) == ("failed", 3, None)
    assert [row.code for row in fetch(engine, select(Incident.code))] == [code]
    assert [call.attempt for call, _ in outside.calls] == [1, 2, 3]
    assert {call.key for call, _ in outside.calls} == {job.id}
    outside.answer = lambda call: {"said": "好"}
    engine.run(retry_job, actor("chief"), job.id, "线路已恢复")
    assert drain(engine) == 1
    assert list(open_tasks(engine, called)) == ["a"]
    assert fetch(engine, select(Incident.resolved_at))[0].resolved_at == clock.now()


def test_a_result_that_the_case_cannot_use_is_a_failed_try(engine: Engine, outside: Outside, called: int) -> None:
    outside.answer = lambda call: None  # the output mapping reads result.said
    assert drain(engine) == 1
    assert told(engine, called)[-1].facts[0]["type"] == "job_failed"
    assert (jobs(engine)[0].attempts, jobs(engine)[0].lease) == (1, None)


def test_inputs_that_are_too_large_refuse_the_command(engine: Engine, outside: Outside) -> None:
    deploy(engine, CALLED)
    before = everything(engine)
    with pytest.raises(calls.ServiceDataTooLarge):
        open_ticket(engine, "called", {"note": "x" * 65_537})
    assert everything(engine) == before


def test_a_call_that_hangs_is_given_up_and_its_late_answer_thrown_away(
    database: Database, clock: ManualClock, outside: Outside, hanging: threading.Event
) -> None:
    engine = calling_engine(database, clock, outside, seconds=LIMIT)
    deploy(engine, CALLED)
    ticket = open_ticket(engine, "called", {"note": "x"}).instance_id

    def hang(call: Call) -> Any:
        hanging.wait(30)
        return {"said": "too late"}

    outside.answer = hang
    assert drain(engine) == 1
    assert told(engine, ticket)[-1].facts[0]["code"] == "service_timed_out"
    before = everything(engine)
    hanging.set()
    for thread in threading.enumerate():
        if thread.name == "service test.call":
            thread.join(30)
    assert everything(engine) == before
    outside.answer = lambda call: {"said": "好"}
    clock.move_to(T0 + timedelta(seconds=10))
    drain(engine)
    assert list(open_tasks(engine, ticket)) == ["a"]


def test_when_too_many_calls_hang_nothing_more_is_called_and_timers_go_on(
    database: Database,
    clock: ManualClock,
    outside: Outside,
    hanging: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calls, "MAX_GIVEN_UP", 1)
    engine = calling_engine(database, clock, outside, seconds=LIMIT)
    deploy(engine, WATCHED_CALL)
    outside.answer = lambda call: hanging.wait(30)
    ticket = open_ticket(engine, "watched_call", {"note": "x"}).instance_id
    assert drain(engine) == 1
    clock.move_to(T0 + timedelta(minutes=1))
    assert drain(engine, lane="outside") == 0
    assert drain(engine) == 0
    clock.move_to(T0 + timedelta(minutes=10))
    assert drain(engine) == 1  # the timer on its border
    assert list(open_tasks(engine, ticket)) == ["b"]
    assert len(outside.calls) == 1
    hanging.set()


@pytest.mark.parametrize("seconds", [0, -1, 301, float("nan")])
def test_a_time_limit_is_between_nothing_and_five_minutes(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds"):
        Service("test.x", Outside(), zh="x", en="x", inside=False, seconds=seconds)
