"""Outside services: called with no transaction open, at least once with one key, never lost, never for too long."""

from __future__ import annotations

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
from engine.commands.finish_outside_call import finish_outside_call
from engine.commands.resume_instance import resume_instance
from engine.commands.run_due_job import run_due_job
from engine.commands.suspend_instance import suspend_instance
from engine.database import Database
from engine.engine import Engine
from engine.extensions import BusinessError, Call, Service
from engine.models import Incident, ProcessInstance
from engine.worker import call_outside, drain, live_until
from tests.conftest import T0
from tests.engine.called import CALLED, TWO_CALLS, WATCHED_CALL, Outside, another_engine, calling_engine, jobs
from tests.engine.definition.drawings import Node, drawing, element, end, exclusive, flow, service, start, user
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
    assert told(engine, called)[-1].command == "finish_outside_call"
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
    assert [item.command for item in told(engine, called)] == ["start_instance", "add_comment", "finish_outside_call"]


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
    outside.answer = lambda call: 1 // 0
    live_until(engine, clock, T0 + timedelta(minutes=10))
    assert fetch(engine, select(Incident.resolved_at))[0].resolved_at == T0 + timedelta(minutes=10)
    assert jobs(engine) == []


def test_a_finish_without_the_lease_does_nothing(engine: Engine, called: int) -> None:
    (job,) = jobs(engine)
    before = everything(engine)
    for lease in ("", "0" * 32):
        assert engine.run(finish_outside_call, ENGINE, job.id, lease, {"said": "x"}) is False
    assert engine.run(finish_outside_call, ENGINE, "f" * 32, "x", {}) is False
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


def test_a_business_error_nobody_catches_is_told_in_words(engine: Engine, outside: Outside, called: int) -> None:
    def answer(call: Call) -> Any:
        raise BusinessError("no_signal", "信号中断")

    outside.answer = answer
    drain(engine)
    assert told(engine, called)[-1].facts[0]["code"] == "business_error"


def test_an_error_that_the_service_reports_goes_where_the_diagram_says(engine: Engine, outside: Outside) -> None:
    """The error event on its border; the call is over, and no try has failed."""
    definition = '<errorEventDefinition errorRef="err"/>'
    nodes = [
        start("s"),
        service("call", "test.call"),
        element("boundaryEvent", "caught", definition, attachedToRef="call"),
        user("a", candidateGroups="desk"),
        user("b", candidateGroups="desk"),
        end("e"),
        end("f"),
    ]
    error = '<error id="err" name="err" errorCode="no_signal"/>'
    deploy(engine, drawing("reported", nodes, ["s -> call -> a -> e", "caught -> b -> f"], extra=error))

    def answer(call: Call) -> Any:
        raise BusinessError("no_signal", "信号中断")

    outside.answer = answer
    ticket = open_ticket(engine, "reported").instance_id
    assert drain(engine) == 1
    assert list(open_tasks(engine, ticket)) == ["b"]
    assert jobs(engine) == []
    assert [kind for kind, _ in facts(engine, ticket) if kind in ("job_failed", "incident_raised")] == []


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_each_run_of_a_multi_instance_has_a_call_of_its_own(engine: Engine, outside: Outside, sequential: str) -> None:
    inner = (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}" camunda:collection="${{places}}" '
        'camunda:elementVariable="place"/>'
    )
    call = service("call", "test.call", inputs={"what": "${place}"})
    many = Node(call.kind, call.id, call.attributes, call.inner + inner)
    nodes = [start("s"), many, user("a", candidateGroups="desk"), end("e")]
    deploy(engine, drawing("many", nodes, ["s -> call -> a -> e"]))
    ticket = open_ticket(engine, "many", {"places": ["东", "西", "北"]}).instance_id
    assert len(jobs(engine)) == (1 if sequential == "true" else 3)
    assert drain(engine) == 3
    assert sorted(inputs["what"] for _, inputs in outside.calls) == sorted(["东", "西", "北"])
    assert len({call.key for call, _ in outside.calls}) == 3
    assert list(open_tasks(engine, ticket)) == ["a"]
