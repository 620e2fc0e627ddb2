"""Jobs that fail: tried again, given up as an Incident, taken up again by an operator; and the good ones go on."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from engine.clock import ManualClock
from engine.commands.complete_task import complete_task
from engine.commands.retry_job import retry_job
from engine.database import Database
from engine.engine import Engine
from engine.errors import Conflict, EngineError, Forbidden, Invalid, NotFound
from engine.extensions import Context
from engine.models import Incident, Job, Organisation, ProcessInstance
from engine.unit_of_work import RunAgain
from engine.worker import drain
from tests.conftest import T0
from tests.engine.timed import Hand, begin, fired, reevaluate, timed_engine, waiting
from tests.factories import CLIENT, OTHER_CONTRACTOR, actor, everything, fetch, open_tasks, told


def minutes(number: float) -> Any:
    return T0 + timedelta(minutes=number)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def engine(database: Database, clock: ManualClock, hand: Hand) -> Engine:
    return timed_engine(database, clock, hand)


def test_a_failed_job_is_tried_after_10_s_and_60_s_and_then_an_incident(
    engine: Engine, clock: ManualClock, hand: Hand, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = begin(engine, "poisoned", "PT10M", "timeDuration", interrupting=True)
    clock.move_to(minutes(10))
    before = everything(engine)

    def fail(context: Context) -> None:
        context.participant(OTHER_CONTRACTOR, "x")
        raise ZeroDivisionError

    hand.act = fail
    with caplog.at_level(logging.WARNING, "signalbox.worker"):
        assert drain(engine) == 1
    assert "unexpected ZeroDivisionError" in caplog.text
    (job,) = fetch(engine, select(Job.state, Job.attempts, Job.due_at, Job.run_at))
    assert tuple(job) == ("waiting", 1, minutes(10), minutes(10) + timedelta(seconds=10))
    after = everything(engine)
    assert {name for name in after if after[name] != before[name]} == {"job", "history_event", "process_instance"}
    clock.move_to(minutes(10) + timedelta(seconds=9))
    assert drain(engine) == 0
    clock.move_to(minutes(10) + timedelta(seconds=10))
    assert drain(engine) == 1
    assert waiting(engine) == [minutes(10) + timedelta(seconds=70)]
    clock.move_to(minutes(10) + timedelta(seconds=70))
    assert drain(engine) == 1
    assert waiting(engine) == []
    (job,) = fetch(engine, select(Job.id, Job.state, Job.attempts))
    assert tuple(job)[1:] == ("failed", 3)
    (incident,) = fetch(engine, select(Incident.__table__))
    assert (incident.job_id, incident.element_id, incident.code) == (job.id, "t", "unexpected")
    assert (incident.message, incident.created_at, incident.resolved_at) == ("ZeroDivisionError", clock.now(), None)
    assert (incident.root_id, incident.instance_id, incident.organisation_id) == (ticket, ticket, CLIENT)
    assert drain(engine) == 0
    found = [(fact["type"], fact["attempt"]) for item in told(engine, ticket)[1:] for fact in item.facts]
    assert found == [("job_failed", 1), ("job_failed", 2), ("incident_raised", 3)]


def test_an_answer_that_is_no_time_fails_the_job_in_words(engine: Engine, clock: ManualClock, hand: Hand) -> None:
    hand.answers["next"] = minutes(5)
    ticket = begin(engine, "many", "${test.answer('next')}")
    hand.answers["next"] = "soon"
    clock.move_to(minutes(5))
    drain(engine)
    assert told(engine, ticket)[-1].facts[0]["code"] == "time_malformed"
    assert fired(engine, ticket) == []
    hand.answers["next"] = None
    clock.move_to(minutes(6))
    assert drain(engine) == 1
    assert [due for _, due in fired(engine, ticket)] == [minutes(5).isoformat()]


@pytest.mark.parametrize("why", ["python", "words", "database"])
def test_a_poisoned_job_does_not_stop_the_good_ones(engine: Engine, clock: ManualClock, hand: Hand, why: str) -> None:
    tickets = []
    for key in ("good1", "poisoned", "good2"):
        tickets.append(begin(engine, key, "PT10M", "timeDuration", interrupting=True))
        clock.move_to(clock.now() + timedelta(seconds=1))

    class InWords(EngineError):
        """It cannot be done."""

        code = "in_words"

    def act(context: Context) -> None:
        if context.root_id != tickets[1]:
            return
        if why == "database":
            context.connection.execute(update(Organisation).values(key="the same"))
        raise {"python": KeyError("x"), "words": InWords()}[why]

    hand.act = act
    clock.move_to(minutes(11))
    assert drain(engine) == 3
    states = {row.id: row.state for row in fetch(engine, select(ProcessInstance.id, ProcessInstance.state))}
    assert [states[ticket] for ticket in tickets] == ["completed", "active", "completed"]
    code = {"python": "unexpected", "words": "in_words", "database": "unexpected"}[why]
    assert told(engine, tickets[1])[-1].facts == [
        {
            "type": "job_failed",
            "element": "t",
            "job": fetch(engine, select(Job.id))[0].id,
            "kind": "timer",
            "attempt": 1,
            "code": code,
        }
    ]


@pytest.mark.parametrize(
    "error", [RunAgain, lambda: OperationalError("SELECT 1", {}, sqlite3.OperationalError("locked"))]
)
def test_a_conflict_is_no_failure_of_the_job(
    engine: Engine, clock: ManualClock, hand: Hand, error: Callable[[], Exception]
) -> None:
    """Somebody was quicker, or the database busy: the command is run again at once, and history tells of no failure."""
    ticket = begin(engine, "unlucky", "PT10M", "timeDuration", interrupting=True)
    tries: list[int] = []

    def act(context: Context) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise error()

    hand.act = act
    clock.move_to(minutes(10))
    assert drain(engine) == 1
    assert len(tries) == 2
    assert [item.command for item in told(engine, ticket)] == ["start_instance", "run_due_job"]


def test_while_the_database_is_away_no_job_is_blamed(engine: Engine, clock: ManualClock, hand: Hand) -> None:
    begin(engine, "unlucky", "PT10M", "timeDuration", interrupting=True)

    def act(context: Context) -> None:
        raise OperationalError("SELECT 1", {}, psycopg.errors.AdminShutdown())

    hand.act = act
    clock.move_to(minutes(10))
    before = everything(engine)
    with pytest.raises(OperationalError):
        drain(engine)
    assert everything(engine) == before


def test_drain_takes_no_more_than_its_limit(engine: Engine, clock: ManualClock) -> None:
    for number in range(3):
        begin(engine, f"many{number}", "PT10M", "timeDuration", interrupting=True)
    clock.move_to(minutes(10))
    assert drain(engine, limit=2) == 2
    assert drain(engine, limit=2) == 1


@pytest.fixture
def failed(engine: Engine, clock: ManualClock, hand: Hand) -> str:
    """The id of a job that has been given up."""
    begin(engine, "poisoned", "PT10M", "timeDuration", interrupting=True)

    def fail(context: Context) -> None:
        raise ZeroDivisionError

    hand.act = fail
    for later in (0, 10, 70):
        clock.move_to(minutes(10) + timedelta(seconds=later))
        drain(engine)
    hand.act = None
    job_id: str = fetch(engine, select(Job.id))[0].id
    return job_id


def test_an_operator_lets_a_failed_job_run_again(engine: Engine, clock: ManualClock, failed: str) -> None:
    clock.move_to(minutes(60))
    engine.run(retry_job, actor("chief"), failed, " 已修好 ")
    (job,) = fetch(engine, select(Job.state, Job.attempts, Job.due_at, Job.run_at))
    assert tuple(job) == ("waiting", 0, minutes(10), minutes(60))
    (incident,) = fetch(engine, select(Incident.resolved_at, Incident.resolved_by, Incident.root_id))
    assert tuple(incident)[:2] == (minutes(60), actor("chief").id)
    assert told(engine, incident.root_id)[-1].facts == [
        {"type": "job_retried", "element": "t", "job": failed, "reason": "已修好"}
    ]
    assert drain(engine) == 1
    assert fired(engine, incident.root_id) == [(minutes(60), minutes(10).isoformat())]


def test_a_retry_never_runs_a_job_before_it_is_due(engine: Engine, clock: ManualClock, hand: Hand) -> None:
    """A clock has moved the due time since the job failed: the incident is settled, and it waits for the new time."""
    hand.answers["due"] = minutes(10)
    ticket = begin(engine, "moved", "${test.answer('due')}")

    def fail(context: Context) -> None:
        raise ZeroDivisionError

    hand.act = fail
    for later in (0, 10, 70):
        clock.move_to(minutes(10) + timedelta(seconds=later))
        drain(engine)
    hand.act = None
    assert fetch(engine, select(Job.state))[0].state == "failed"
    hand.answers["due"] = minutes(600)
    reevaluate(engine, ticket)
    (job,) = fetch(engine, select(Job.state, Job.attempts, Job.run_at))
    assert tuple(job) == ("waiting", 0, minutes(600))
    assert fetch(engine, select(Incident.resolved_at))[0].resolved_at == clock.now()
    clock.move_to(minutes(599))
    assert drain(engine) == 0


def test_a_retry_that_is_refused_changes_nothing(engine: Engine, failed: str) -> None:
    before = everything(engine)
    with pytest.raises(Forbidden, match=r"job\.retry"):
        engine.run(retry_job, actor("clerk1"), failed, "x")
    for name in ("stranger", "outsider"):
        with pytest.raises(NotFound):
            engine.run(retry_job, actor(name), failed, "x")
    with pytest.raises(NotFound):
        engine.run(retry_job, actor("chief"), "0" * 32, "x")
    for reason in ("", " ", "x" * 501):
        with pytest.raises(Invalid):
            engine.run(retry_job, actor("chief"), failed, reason)
    assert everything(engine) == before
    engine.run(retry_job, actor("chief"), failed, "x")
    with pytest.raises(Conflict):
        engine.run(retry_job, actor("chief"), failed, "x")


def test_an_incident_whose_timer_is_gone_is_settled(engine: Engine, clock: ManualClock, failed: str) -> None:
    """Somebody has completed the task meanwhile: there is nothing left to retry."""
    (incident,) = fetch(engine, select(Incident.root_id, Incident.resolved_at))
    assert incident.resolved_at is None
    clock.move_to(minutes(90))
    engine.run(complete_task, actor("clerk1"), open_tasks(engine, incident.root_id)["a"], {})
    (incident,) = fetch(engine, select(Incident.root_id, Incident.resolved_at, Incident.resolved_by))
    assert tuple(incident)[1:] == (minutes(90), actor("clerk1").id)
