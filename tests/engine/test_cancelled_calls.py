"""Called processes that are taken away: with their call, with their caller, with the whole ticket."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import ManualClock
from engine.commands.cancel_instance import OnlyTheTicket, cancel_instance
from engine.engine import Engine
from engine.worker import drain
from tests.conftest import T0
from tests.engine.definition.drawings import (
    drawing,
    end,
    parallel,
    script,
    start,
    timer,
    user,
)
from tests.engine.events import (
    DEEP,
    PARALLEL,
    SENDER,
    all_jobs,
    all_tasks,
    call,
    cases,
    child,
    done,
    parent,
    states,
    subscriptions,
)
from tests.engine.together import sound
from tests.factories import (
    deploy,
    facts,
    open_ticket,
    told,
)


def test_an_interrupting_timer_on_a_call_cancels_the_child(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, DEEP)
    late = [timer("over", "c", "PT10M"), user("instead", candidateGroups="desk"), end("f")]
    deploy(engine, parent(call("c", "child"), *late, flows=["over -> instead -> f"]))
    ticket = open_ticket(engine, "parent").instance_id
    assert [job.element_id for job in all_jobs(engine)] == ["over", "late"]
    assert [row.element_id for row in subscriptions(engine)] == ["heard"]
    clock.move_to(T0 + timedelta(minutes=10))
    assert drain(engine) == 1
    assert (all_jobs(engine), subscriptions(engine)) == ([], [])
    assert list(all_tasks(engine, ticket)) == ["instead"]
    root, called = cases(engine, ticket)
    assert (root.state, called.state, called.ended_at, called.execution) == (
        "active",
        "cancelled",
        T0 + timedelta(minutes=10),
        None,
    )
    gone = [(fact["type"], fact.get("element"), fact.get("instance")) for fact in told(engine, ticket)[-1].facts]
    assert ("element_cancelled", "c", None) in gone
    assert ("element_cancelled", "work", called.id) in gone
    assert ("call_cancelled", None, called.id) in gone
    assert sound(engine)


def test_cancelling_the_ticket_cancels_all_below_it(engine: Engine) -> None:
    deploy(engine, DEEP)
    deploy(engine, parent(call("c", "child"), key="middle"))
    deploy(engine, parent(call("c", "middle", repeat=PARALLEL), key="top"))
    ticket = open_ticket(engine, "top", {"items": [1, 2]}).instance_id
    assert len(cases(engine, ticket)) == 5
    with pytest.raises(OnlyTheTicket):
        engine.run(cancel_instance, SENDER, cases(engine, ticket)[1].id, "x")
    engine.run(cancel_instance, SENDER, ticket, "误报")
    assert states(engine, ticket) == ["cancelled"] * 5
    assert (all_jobs(engine), subscriptions(engine), all_tasks(engine, ticket)) == ([], [], {})
    kinds = [what for what, _ in facts(engine, ticket)]
    assert (kinds.count("call_cancelled"), kinds.count("instance_cancelled")) == (4, 1)
    assert sound(engine)


def test_a_terminate_end_in_the_parent_cancels_the_child(engine: Engine) -> None:
    deploy(engine, child())
    nodes = [
        start("s"),
        parallel("f"),
        call("c", "child"),
        end("e"),
        user("stop", candidateGroups="desk"),
        end("t", terminate=True),
    ]
    deploy(engine, drawing("ended", nodes, ["s -> f -> c -> e", "f -> stop -> t"]))
    ticket = open_ticket(engine, "ended").instance_id
    done(engine, ticket, "stop")
    assert states(engine, ticket) == ["completed", "cancelled"]
    assert all_tasks(engine, ticket) == {}


def test_a_call_that_is_taken_away_in_the_command_in_which_it_begins_starts_nothing(engine: Engine) -> None:
    deploy(engine, child())
    nodes = [start("s"), parallel("f"), call("c", "child"), end("e"), script("x", "y = 1"), end("t", terminate=True)]
    deploy(engine, drawing("ended", nodes, ["s -> f -> c -> e", "f -> x -> t"]))
    ticket = open_ticket(engine, "ended").instance_id
    assert states(engine, ticket) == ["completed"]
    assert all_tasks(engine, ticket) == {}


def test_a_completion_condition_cancels_the_runs_that_go_on(engine: Engine) -> None:
    deploy(engine, child())
    repeat = PARALLEL.replace(
        "/>",
        "><completionCondition>${nrOfCompletedInstances == 1}</completionCondition></multiInstanceLoopCharacteristics>",
    )
    deploy(engine, parent(call("c", "child", repeat=repeat)))
    ticket = open_ticket(engine, "parent", {"items": [1, 2, 3]}).instance_id
    done(engine, ticket, "work")
    assert sorted(states(engine, ticket)) == ["active", "cancelled", "cancelled", "completed"]
    assert list(all_tasks(engine, ticket)) == ["after"]
