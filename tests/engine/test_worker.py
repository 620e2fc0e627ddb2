"""Timers of real cases: armed, fired once at the exact time, re-timed, repeated, bounded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.complete_task import complete_task
from engine.database import Database
from engine.engine import Engine
from engine.extensions import Context
from engine.models import Incident, Job, ProcessInstance
from engine.timers import MAX_FIRINGS_AT_ONE_TIME
from engine.unit_of_work import UnitOfWork
from engine.worker import drain, next_due
from tests.conftest import T0
from tests.engine.drawings import SPLIT, WATCHED
from tests.engine.timed import Hand, begin, fired, reevaluate, timed_engine, waiting, watched
from tests.factories import (
    actor,
    deploy,
    everything,
    facts,
    fetch,
    open_tasks,
    open_ticket,
    told,
)


def minutes(number: float) -> Any:
    return T0 + timedelta(minutes=number)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def engine(database: Database, clock: ManualClock, hand: Hand) -> Engine:
    return timed_engine(database, clock, hand)


def test_a_timer_fires_at_its_time_and_not_before(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, WATCHED)
    ticket = open_ticket(engine, "watched").instance_id
    assert next_due(engine) == minutes(10)
    clock.move_to(minutes(10) - timedelta(microseconds=1))
    assert drain(engine) == 0
    clock.move_to(minutes(10))
    assert drain(engine) == 1
    assert drain(engine) == 0
    assert next_due(engine) is None
    item = told(engine, ticket)[-1]
    assert (item.at, item.actor, item.actor_name, item.command) == (minutes(10), "engine", "engine", "run_due_job")
    assert [(fact["type"], fact.get("element")) for fact in item.facts] == [
        ("timer_fired", "late"),
        ("element_completed", "late"),
        ("element_completed", "missed"),
        ("element_cancelled", "a"),
        ("instance_completed", None),
    ]
    assert item.facts[0]["due"] == minutes(10).isoformat()
    assert open_tasks(engine, ticket) == {}
    assert fetch(engine, select(ProcessInstance.state))[0].state == "completed"


def test_due_is_judged_by_the_commands_clock_and_the_due_time_told_is_the_drawings(
    engine: Engine, clock: ManualClock
) -> None:
    """A worker that was away for a day fires at once; history tells both times."""
    ticket = begin(engine, "one", "PT10M", "timeDuration")
    clock.move_to(T0 + timedelta(days=1))
    assert drain(engine) == 1
    assert fired(engine, ticket) == [(T0 + timedelta(days=1), minutes(10).isoformat())]


def test_a_completed_task_takes_its_timer_along(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, WATCHED)
    ticket = open_ticket(engine, "watched").instance_id
    engine.run(complete_task, actor("clerk1"), open_tasks(engine, ticket)["a"], {})
    assert fetch(engine, select(Job.id)) == []
    clock.move_to(minutes(10))
    assert drain(engine) == 0
    assert fired(engine, ticket) == []


def test_a_timer_beside_the_task_leaves_the_task_open(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, SPLIT)
    ticket = open_ticket(engine, "split").instance_id
    clock.move_to(minutes(10))
    assert drain(engine) == 1
    assert set(open_tasks(engine, ticket)) == {"a", "b", "c"}
    assert fetch(engine, select(Job.id)) == []


def test_a_date_in_the_past_fires_at_the_next_look(engine: Engine, hand: Hand) -> None:
    hand.answers["due"] = minutes(-5)
    ticket = begin(engine, "past", "${test.answer('due')}", interrupting=True)
    assert waiting(engine) == [minutes(-5)]
    assert drain(engine) == 1
    assert fired(engine, ticket) == [(T0, minutes(-5).isoformat())]


def test_a_cycle_fires_three_times_at_equal_distances(engine: Engine, clock: ManualClock) -> None:
    ticket = begin(engine, "cycle", "R3/PT10M", "timeCycle")
    for minute in range(1, 61):
        clock.move_to(minutes(minute))
        drain(engine)
    assert fired(engine, ticket) == [(minutes(m), minutes(m).isoformat()) for m in (10, 20, 30)]
    assert fetch(engine, select(Job.id)) == []
    assert list(open_tasks(engine, ticket)) == ["a"]


def test_a_cycle_that_was_missed_fires_once_and_keeps_its_grid(engine: Engine, clock: ManualClock) -> None:
    ticket = begin(engine, "cycle", "R/PT10M", "timeCycle")
    clock.move_to(minutes(47))
    assert drain(engine) == 1
    assert fired(engine, ticket) == [(minutes(47), minutes(10).isoformat())]
    (job,) = fetch(engine, select(Job.armed_at, Job.due_at, Job.firings))
    assert tuple(job) == (T0, minutes(50), 1)


def test_a_cycle_that_is_asked_again_keeps_its_next_time(engine: Engine, clock: ManualClock) -> None:
    ticket = begin(engine, "cycle", "R/2026-11-20T12:00:00+08:00/PT1H", "timeCycle")
    clock.move_to(minutes(125))
    drain(engine)
    assert waiting(engine) == [minutes(180)]
    before = everything(engine)["job"]
    clock.move_to(minutes(150))
    reevaluate(engine, ticket)
    clock.move_to(minutes(181))
    reevaluate(engine, ticket)
    assert everything(engine)["job"] == before
    assert drain(engine) == 1
    assert fired(engine, ticket)[-1] == (minutes(181), minutes(180).isoformat())


def test_a_re_arming_timer_is_asked_after_each_firing_until_null(
    engine: Engine, clock: ManualClock, hand: Hand
) -> None:
    """How one drawn timer serves many thresholds."""
    hand.answers["next"] = minutes(5)
    ticket = begin(engine, "many", "${test.answer('next')}")
    hand.answers["next"] = minutes(7)
    clock.move_to(minutes(6))
    assert drain(engine) == 1
    assert waiting(engine) == [minutes(7)]
    hand.answers["next"] = None
    clock.move_to(minutes(7))
    assert drain(engine) == 1
    assert waiting(engine) == []
    assert hand.asked == ["next"] * 3
    assert fired(engine, ticket) == [(minutes(m), minutes(d).isoformat()) for m, d in ((6, 5), (7, 7))]
    hand.answers["next"] = minutes(9)
    reevaluate(engine, ticket)
    assert waiting(engine) == [minutes(9)]
    assert fetch(engine, select(ProcessInstance.state))[0].state == "active"


def test_thresholds_that_meet_fire_one_after_the_other(engine: Engine, clock: ManualClock, hand: Hand) -> None:
    hand.answers["next"] = minutes(5)
    ticket = begin(engine, "many", "${test.answer('next')}")
    rounds = iter([minutes(5), minutes(5), None])

    def act(context: Context) -> None:
        hand.answers["next"] = next(rounds)

    hand.act = act
    clock.move_to(minutes(5))
    assert drain(engine) == 3
    assert fired(engine, ticket) == [(minutes(5), minutes(5).isoformat())] * 3


def test_a_re_arming_timer_that_never_says_null_ends_as_an_incident(
    engine: Engine, clock: ManualClock, hand: Hand
) -> None:
    """The expression answers the same time for ever: it must neither hang the worker nor fill history."""
    hand.answers["next"] = minutes(5)
    ticket = begin(engine, "stuck", "${test.answer('next')}")
    clock.move_to(minutes(5))
    assert drain(engine) == MAX_FIRINGS_AT_ONE_TIME
    for later in (10, 70, 700):
        clock.move_to(minutes(5) + timedelta(seconds=later))
        drain(engine)
    (incident,) = fetch(engine, select(Incident.code, Incident.message))
    assert incident.code == "timer_never_ends"
    assert len(fired(engine, ticket)) == MAX_FIRINGS_AT_ONE_TIME - 1


def test_a_date_that_only_data_give_fires_once(engine: Engine, clock: ManualClock) -> None:
    """As in Camunda. Asked again it would say the same for ever; the task beside it goes on."""
    deploy(engine, watched("once", "${due}"))
    ticket = open_ticket(engine, "once", {"due": minutes(10).isoformat()}).instance_id
    clock.move_to(minutes(11))
    assert drain(engine) == 1
    assert drain(engine) == 0
    assert [due for _, due in fired(engine, ticket)] == [minutes(10).isoformat()]
    assert waiting(engine, ticket) == []
    assert list(open_tasks(engine, ticket)) == ["a"]


def test_a_timer_asked_again_is_retimed_disarmed_and_armed(engine: Engine, clock: ManualClock, hand: Hand) -> None:
    ticket = begin(engine, "moving", "${test.answer('due')}", interrupting=True)
    assert waiting(engine) == []
    hand.answers["due"] = minutes(30)
    clock.move_to(minutes(1))
    reevaluate(engine, ticket)
    assert waiting(engine) == [minutes(30)]
    reevaluate(engine, ticket)
    hand.answers["due"] = minutes(20)
    clock.move_to(minutes(2))
    reevaluate(engine, ticket)
    assert waiting(engine) == [minutes(20)]
    hand.answers["due"] = None
    reevaluate(engine, ticket)
    assert waiting(engine) == []
    found = [fact for item in told(engine, ticket) for fact in item.facts if fact["type"].startswith("timer_")]
    where = {"element": "t", "name": ""}
    assert found == [
        {"type": "timer_armed", **where, "due": minutes(30).isoformat()},
        {"type": "timer_retimed", **where, "before": minutes(30).isoformat(), "due": minutes(20).isoformat()},
        {"type": "timer_disarmed", **where},
    ]
    clock.move_to(minutes(60))
    assert drain(engine) == 0


def test_a_retimed_duration_still_counts_from_its_arming(engine: Engine, clock: ManualClock, hand: Hand) -> None:
    hand.answers["wait"] = "PT30M"
    ticket = begin(engine, "moving", "${test.answer('wait')}", "timeDuration", interrupting=True)
    clock.move_to(minutes(20))
    hand.answers["wait"] = "PT45M"
    reevaluate(engine, ticket)
    assert waiting(engine) == [minutes(45)]


def test_a_service_may_move_the_timers_of_its_case(engine: Engine, clock: ManualClock, hand: Hand) -> None:
    hand.answers["next"] = minutes(5)
    begin(engine, "many", "${test.answer('next')}")

    def act(context: Context) -> None:
        hand.answers["next"] = context.now + timedelta(minutes=40)
        context.reevaluate_timers()

    hand.act = act
    clock.move_to(minutes(5))
    drain(engine)
    assert waiting(engine) == [minutes(45)]


def test_a_job_whose_timer_no_longer_waits_is_dropped_and_said_so(engine: Engine, clock: ManualClock) -> None:
    """It cannot come about by commands; history must not tell of a firing that was none."""
    ticket = begin(engine, "one", "PT10M", "timeDuration")
    (row,) = fetch(engine, select(Job.__table__))

    def add_stray(uow: UnitOfWork) -> None:
        uow.connection.execute(update(Job).values(id="f" * 32))

    engine.run(add_stray, ENGINE)
    clock.move_to(minutes(10))
    assert drain(engine) == 1
    assert fetch(engine, select(Job.id)) == []
    assert fired(engine, ticket) == []
    assert facts(engine, ticket)[-1] == ("timer_disarmed", row.element_id)
