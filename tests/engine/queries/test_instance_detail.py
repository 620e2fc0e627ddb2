"""One case: tasks, timers, participants, incidents."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from engine.clock import ManualClock
from engine.commands.cancel_instance import cancel_instance
from engine.commands.claim_task import claim_task
from engine.database import Database
from engine.engine import Engine
from engine.extensions import Context
from engine.models import Job
from engine.queries.candidates import Candidates
from engine.queries.instance_detail import InstanceDetail, OpenTaskItem, TimerItem, instance_detail
from engine.queries.participants import ParticipantItem
from engine.worker import drain
from tests.conftest import T0
from tests.engine.drawings import SHARED, SPLIT
from tests.engine.timed import Hand, begin, timed_engine
from tests.factories import actor, deploy, fetch, open_tasks, open_ticket


def detail(engine: Engine, ticket: int) -> InstanceDetail:
    with engine.read() as connection:
        return instance_detail(connection, actor("clerk1"), ticket)


def test_tasks_and_timers(engine: Engine) -> None:
    deploy(engine, SPLIT)
    ticket = open_ticket(engine, "split").instance_id
    tasks = open_tasks(engine, ticket)
    engine.run(claim_task, actor("clerk2"), tasks["b"])
    found = detail(engine, ticket)
    assert sorted(found.tasks, key=lambda task: task.element_id) == [
        OpenTaskItem(tasks["a"], "a", "a", None, None, T0, Candidates(groups=("desk",))),
        OpenTaskItem(tasks["b"], "b", "b", "CLERK2", None, T0),
    ]
    job = fetch(engine, select(Job.id))[0].id
    assert found.timers == [TimerItem(job, "late", T0 + timedelta(minutes=10), "waiting")]
    assert (found.instance.id, found.instance.state, found.end_reason, found.incidents) == (ticket, "active", None, [])


def test_participants_and_the_reason_of_the_end(engine: Engine) -> None:
    deploy(engine, SHARED)
    ticket = open_ticket(engine, "shared").instance_id
    engine.run(cancel_instance, actor("chief"), ticket, "重复")
    found = detail(engine, ticket)
    assert found.participants == [
        ParticipantItem("单位9001", "raised", T0),
        ParticipantItem("单位9002", "contract", T0),
    ]
    assert (found.instance.state, found.end_reason) == ("cancelled", "重复")
    assert (found.tasks, found.timers) == ([], [])


def test_what_the_engine_could_not_do(database: Database, clock: ManualClock) -> None:
    hand = Hand()
    engine = timed_engine(database, clock, hand)
    ticket = begin(engine, "poisoned", "PT10M", "timeDuration", interrupting=True)

    def fail(context: Context) -> None:
        raise ZeroDivisionError

    hand.act = fail
    for later in (0, 10, 70):
        clock.move_to(T0 + timedelta(minutes=10, seconds=later))
        drain(engine)
    found = detail(engine, ticket)
    (incident,) = found.incidents
    assert (incident.element_id, incident.code, incident.created_at) == ("t", "unexpected", clock.now())
    assert [(timer.id, timer.state) for timer in found.timers] == [(incident.job_id, "failed")]
