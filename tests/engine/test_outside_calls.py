"""Outside services: called with no transaction open, at least once with one key, never lost, never for too long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import outside as calls
from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.add_comment import add_comment
from engine.commands.cancel_instance import cancel_instance
from engine.commands.complete_task import complete_task
from engine.commands.finish_service_job import finish_service_job
from engine.commands.resume_instance import resume_instance
from engine.commands.retry_job import retry_job
from engine.commands.run_due_job import run_due_job
from engine.commands.suspend_instance import suspend_instance
from engine.database import Database
from engine.engine import Engine
from engine.errors import EngineError
from engine.extensions import BusinessError, Call, Service
from engine.models import Incident, ProcessInstance
from engine.worker import call_outside, drain, live_until
from tests.conftest import T0
from tests.engine.called import CALLED, LIMIT, TWO_CALLS, WATCHED_CALL, Outside, another_engine, calling_engine, jobs
from tests.engine.definition.drawings import drawing, end, exclusive, flow, service, start, user
from tests.factories import CLIENT, actor, deploy, everything, facts, fetch, open_tasks, open_ticket, told

OPERATOR = actor("chief", permissions=actor("chief").permissions | {"case.suspend"})


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


def test_the_command_only_writes_the_job(engine: Engine, outside: Outside, called: int) -> None:
    assert outside.calls == []
    (job,) = jobs(engine)
    assert (job.kind, job.element_id, job.state, job.attempts, job.lease) == ("service", "call", "waiting", 0, None)
    assert (job.run_at, job.inputs) == (T0, '{"what":"灯坏"}')
    assert open_tasks(engine, called) == {}
    assert facts(engine, called)[-1] == ("service_requested", "call")


def test_the_worker_calls_and_the_case_goes_on(engine: Engine, outside: Outside, called: int) -> None:
    (job,) = jobs(engine)
    assert drain(engine) == 1
    assert outside.calls == [(Call(job.id, 1, called, called, CLIENT, T0), {"what": "灯坏"})]
    assert jobs(engine) == []
    assert facts(engine, called)[-2:] == [("element_completed", "call"), ("task_created", "a")]
    assert told(engine, called)[-1].command == "finish_service_job"
    assert drain(engine) == 0
    engine.run(complete_task, actor("clerk1"), open_tasks(engine, called)["a"], {})
    assert len(outside.calls) == 1


def test_the_answer_is_mapped_as_an_inside_ones_is(engine: Engine, outside: Outside) -> None:
    nodes = [
        start("s"),
        service("call", "test.call", outputs={"said": "${result.said}"}, resultVariable="whole"),
        exclusive("x"),
        user("good", candidateGroups="desk"),
        user("bad", candidateGroups="desk"),
        end("e"),
    ]
    ways = [flow("x", "good", "${whole.said == 'yes' and said == 'yes'}"), flow("x", "bad", default=True)]
    deploy(engine, drawing("mapped", nodes, ["s -> call -> x", *ways, "good -> e", "bad -> e"]))
    outside.answer = lambda call: {"said": "yes"}
    ticket = open_ticket(engine, "mapped").instance_id
    drain(engine)
    assert list(open_tasks(engine, ticket)) == ["good"]


def test_no_transaction_is_open_during_the_call(engine: Engine, outside: Outside, called: int) -> None:
    """On SQLite there is one writer, on PostgreSQL the case's row would be locked: the call itself may use both."""

    def answer(call: Call) -> Any:
        engine.run(add_comment, actor("clerk1"), called, "meanwhile")
        return {"said": "好"}

    outside.answer = answer
    assert drain(engine) == 1
    assert [item.command for item in told(engine, called)] == ["start_instance", "add_comment", "finish_service_job"]


def test_each_token_has_a_call_of_its_own(engine: Engine, outside: Outside) -> None:
    deploy(engine, TWO_CALLS)
    ticket = open_ticket(engine, "two_calls", {"note": "x"}).instance_id
    assert [job.element_id for job in jobs(engine)] == ["one", "two"]
    assert drain(engine, limit=1) == 1
    assert len(jobs(engine)) == 1
    assert open_tasks(engine, ticket) == {}
    assert drain(engine) == 1
    assert len({call.key for call, _ in outside.calls}) == 2
    assert list(open_tasks(engine, ticket)) == ["a"]


def test_a_call_in_a_loop_has_a_new_key_each_round(engine: Engine, outside: Outside) -> None:
    nodes = [start("s"), exclusive("again"), service("call", "test.call", resultVariable="n"), exclusive("x"), end("e")]
    ways = [flow("x", "again", "${n < 3}"), flow("x", "e", default=True)]
    deploy(engine, drawing("rounds", nodes, ["s -> again -> call -> x", *ways]))
    outside.answer = lambda call: len(outside.calls)
    ticket = open_ticket(engine, "rounds").instance_id
    assert drain(engine) == 3
    assert len({call.key for call, _ in outside.calls}) == 3
    assert facts(engine, ticket)[-1] == ("instance_completed", None)


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


def test_two_workers_do_not_call_at_once(
    database: Database, clock: ManualClock, outside: Outside, engine: Engine, called: int
) -> None:
    other = another_engine(database, clock, outside)

    def answer(call: Call) -> Any:
        assert drain(other) == 0
        return {"said": "好"}

    outside.answer = answer
    assert drain(engine) == 1
    assert len(outside.calls) == 1
    assert list(open_tasks(engine, called)) == ["a"]


def test_a_call_whose_worker_was_killed_is_made_again_with_its_key(
    database: Database, clock: ManualClock, outside: Outside, engine: Engine, called: int
) -> None:
    """The first worker takes its lease, calls, and is gone before it can write down the answer."""
    lost = engine.run(run_due_job, ENGINE)
    assert lost is not None
    assert lost.outside is not None
    calls.call(lost.outside.service, lost.outside.call, lost.outside.inputs)
    other = another_engine(database, clock, outside)
    clock.move_to(T0 + timedelta(seconds=59))
    assert drain(other) == 0
    clock.move_to(T0 + timedelta(seconds=60))  # 30 s of the service and 30 s more
    assert drain(other) == 1
    assert told(engine, called)[-1].facts[0]["code"] == "service_abandoned"
    clock.move_to(T0 + timedelta(seconds=70))
    assert drain(other) == 1
    assert list(open_tasks(engine, called)) == ["a"]
    assert [call.key for call, _ in outside.calls] == [lost.job_id] * 2
    before = everything(engine)
    call_outside(engine, lost.job_id, lost.outside)  # it was only slow, and comes back now
    assert everything(engine) == before


def test_a_service_that_kills_its_worker_each_time_ends_as_an_incident(
    engine: Engine, clock: ManualClock, called: int
) -> None:
    for _ in range(3):
        assert engine.run(run_due_job, ENGINE) is not None
        clock.move_to(clock.now() + timedelta(minutes=1))
        assert engine.run(run_due_job, ENGINE) is not None  # finds it abandoned
        clock.move_to(clock.now() + timedelta(minutes=1))
    assert [row.code for row in fetch(engine, select(Incident.code))] == ["service_abandoned"]
    assert drain(engine) == 0


def test_a_late_answer_still_counts_while_nobody_has_taken_it_up(
    engine: Engine, clock: ManualClock, outside: Outside, called: int
) -> None:
    run = engine.run(run_due_job, ENGINE)
    assert run is not None
    assert run.outside is not None
    clock.move_to(T0 + timedelta(hours=1))
    call_outside(engine, run.job_id, run.outside)
    assert list(open_tasks(engine, called)) == ["a"]


@pytest.mark.parametrize("what", ["timer", "cancel", "suspend"])
def test_a_call_that_nobody_waits_for_any_more_changes_nothing(
    engine: Engine, clock: ManualClock, outside: Outside, what: str
) -> None:
    deploy(engine, WATCHED_CALL)
    ticket = open_ticket(engine, "watched_call", {"note": "x"}).instance_id

    def answer(call: Call) -> Any:
        if what == "timer":
            clock.move_to(T0 + timedelta(minutes=10))
            assert drain(engine, limit=1, lane="inside") == 1
        elif what == "cancel":
            engine.run(cancel_instance, actor("chief"), ticket, "x")
        else:
            engine.run(suspend_instance, OPERATOR, ticket, "x")
        seen.append(everything(engine))
        return {"said": "好"}

    seen: list[Any] = []
    outside.answer = answer
    assert drain(engine, limit=1, lane="outside") == 1
    assert everything(engine) == seen[0]
    assert [job.kind for job in jobs(engine)] == {"timer": [], "cancel": [], "suspend": ["service", "timer"]}[what]
    ended = ("element_cancelled", "call")
    assert (ended in facts(engine, ticket)) is (what != "suspend")
    if what == "suspend":
        engine.run(resume_instance, OPERATOR, ticket, "x")
        outside.answer = lambda call: {"said": "好"}
        assert drain(engine) == 1
        assert [(call.key, call.attempt) for call, _ in outside.calls] == [(outside.calls[0][0].key, 1)] * 2
        assert list(open_tasks(engine, ticket)) == ["a"]


def test_an_incident_goes_with_the_call_that_is_taken_away(
    engine: Engine, clock: ManualClock, outside: Outside
) -> None:
    deploy(engine, WATCHED_CALL)
    open_ticket(engine, "watched_call", {"note": "x"})
    outside.answer = lambda call: wrong("raises")
    live_until(engine, clock, T0 + timedelta(minutes=10))
    assert fetch(engine, select(Incident.resolved_at))[0].resolved_at == T0 + timedelta(minutes=10)
    assert jobs(engine) == []


def test_a_finish_without_the_lease_does_nothing(engine: Engine, called: int) -> None:
    (job,) = jobs(engine)
    before = everything(engine)
    for lease in ("", "0" * 32):
        assert engine.run(finish_service_job, ENGINE, job.id, lease, {"said": "x"}) is False
    assert engine.run(finish_service_job, ENGINE, "f" * 32, "x", {}) is False
    assert everything(engine) == before


def test_an_outside_call_within_an_inside_one_keeps_the_data_of_both(
    database: Database, clock: ManualClock, outside: Outside
) -> None:
    def inside(context: Any, /, **parameters: Any) -> Any:
        return 7

    engine = calling_engine(database, clock, outside, Service("test.seven", inside, zh="七", en="seven"))
    nodes = [
        start("s"),
        service("seven", "test.seven", resultVariable="seven"),
        service("call", "test.call", inputs={"what": "${seven + 1}"}, resultVariable="eight"),
        user("a", candidateGroups="desk"),
        end("e"),
    ]
    deploy(engine, drawing("both", nodes, ["s -> seven -> call -> a -> e"], properties={"fields": "eight:number"}))
    outside.answer = lambda call: outside.calls[0][1]["what"]
    ticket = open_ticket(engine, "both").instance_id
    drain(engine)
    assert fetch(engine, select(ProcessInstance.fields).where(ProcessInstance.id == ticket))[0].fields == {"eight": 8}


@pytest.mark.parametrize("seconds", [0, -1, 301, float("nan")])
def test_a_time_limit_is_between_nothing_and_five_minutes(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds"):
        Service("test.x", Outside(), zh="x", en="x", inside=False, seconds=seconds)


def test_a_business_error_nobody_catches_is_told_in_words(engine: Engine, outside: Outside, called: int) -> None:
    def answer(call: Call) -> Any:
        raise BusinessError("no_signal", "信号中断")

    outside.answer = answer
    drain(engine)
    assert told(engine, called)[-1].facts[0]["code"] == "business_error"
