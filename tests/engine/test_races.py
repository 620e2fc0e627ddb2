"""The same moment: many people and workers on one case, on both databases. Barriers, no sleeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text

from engine.authorization import ENGINE
from engine.clock import ManualClock, SystemClock
from engine.commands.add_comment import add_comment
from engine.commands.cancel_instance import cancel_instance
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.run_due_job import run_due_job
from engine.database import Database
from engine.database import fetch as read
from engine.engine import Engine
from engine.models import Incident, Job, ProcessInstance, UserTask
from engine.worker import drain
from tests.conftest import T0
from tests.engine.drawings import ONE_STEP, SPLIT, WATCHED
from tests.engine.together import at_once, sound
from tests.factories import actor, deploy, facts, fetch, new_engine, open_city, open_tasks, open_ticket, told

DUE = T0 + timedelta(minutes=10)


def test_eight_people_complete_one_task(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    for _ in range(5):
        ticket = open_ticket(engine, "one_step").instance_id
        task = open_tasks(engine, ticket)["a"]
        ended = at_once(*(partial(engine.run, complete_task, actor(f"clerk{n}"), task, {}) for n in range(1, 9)))
        assert ended == {"done": 1, "task_not_open": 7}
        assert [what for what, _ in facts(engine, ticket)].count("task_completed") == 1
        assert [item.seq for item in told(engine, ticket)] == [1, 2]
    assert sound(engine)


def test_eight_people_claim_one_task(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    ticket = open_ticket(engine, "one_step").instance_id
    task = open_tasks(engine, ticket)["a"]
    ended = at_once(*(partial(engine.run, claim_task, actor(f"clerk{n}"), task) for n in range(1, 9)))
    assert ended == {"done": 1, "task_taken": 7}
    assert [what for what, _ in facts(engine, ticket)].count("task_claimed") == 1


def test_two_branches_of_one_case_completed_at_once_meet_at_the_join(engine: Engine) -> None:
    deploy(engine, SPLIT)
    for _ in range(5):
        ticket = open_ticket(engine, "split").instance_id
        tasks = open_tasks(engine, ticket)
        ended = at_once(
            partial(engine.run, complete_task, actor("clerk1"), tasks["a"], {}),
            partial(engine.run, complete_task, actor("clerk2"), tasks["b"], {}),
        )
        assert ended == {"done": 2}
        assert facts(engine, ticket)[-1] == ("instance_completed", None)


def test_complete_against_cancel(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    for _ in range(5):
        ticket = open_ticket(engine, "one_step").instance_id
        task = open_tasks(engine, ticket)["a"]
        ended = at_once(
            partial(engine.run, complete_task, actor("clerk1"), task, {}),
            partial(engine.run, cancel_instance, actor("chief"), ticket, "x"),
        )
        assert ended in ({"done": 1, "task_not_open": 1}, {"done": 1, "instance_not_active": 1})
        ends = [what for what, _ in facts(engine, ticket) if what in ("instance_completed", "instance_cancelled")]
        assert len(ends) == 1
        assert fetch(engine, select(UserTask.id).where(UserTask.state == "open")) == []
    assert sound(engine)


def test_complete_against_a_due_timer(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, WATCHED)
    for _ in range(5):
        clock.move_to(T0)
        ticket = open_ticket(engine, "watched").instance_id
        task = open_tasks(engine, ticket)["a"]
        clock.move_to(DUE)
        ended = at_once(partial(engine.run, complete_task, actor("clerk1"), task, {}), partial(drain, engine))
        assert ended in ({"done": 2}, {"done": 1, "task_not_open": 1})
        happened = Counter(what for what, _ in facts(engine, ticket))
        assert happened["task_completed"] + happened["timer_fired"] == 1
        assert happened["instance_completed"] == 1
        assert fetch(engine, select(Job.id)) == []
    assert fetch(engine, select(Incident.id)) == []
    assert sound(engine)


def test_two_workers_fire_forty_timers_once_each(engine: Engine, database: Database, clock: ManualClock) -> None:
    """Two engines, as two processes have: nothing is shared but the database."""
    deploy(engine, WATCHED)
    tickets = [open_ticket(engine, "watched").instance_id for _ in range(40)]
    other = new_engine(database, clock)
    clock.move_to(DUE)
    taken: list[int] = []
    ended = at_once(lambda: taken.append(drain(engine)), lambda: taken.append(drain(other)))
    assert ended == {"done": 2}
    assert sum(taken) == 40
    for ticket in tickets:
        assert [what for what, _ in facts(engine, ticket)].count("timer_fired") == 1
    states = fetch(engine, select(ProcessInstance.state, func.count()).group_by(ProcessInstance.state))
    assert [tuple(row) for row in states] == [("completed", 40)]
    assert fetch(engine, select(Incident.id)) == []
    assert sound(engine)


def test_four_workers_on_the_timers_of_one_case(engine: Engine, clock: ManualClock) -> None:
    """One lock for all of them: the others find it held and leave, nothing is fired twice, nothing is lost."""
    deploy(engine, SPLIT)
    ticket = open_ticket(engine, "split").instance_id
    clock.move_to(DUE)
    assert at_once(*[partial(drain, engine)] * 4) == {"done": 4}
    drain(engine)
    assert [what for what, _ in facts(engine, ticket)].count("timer_fired") == 1


class Meddling(SystemClock):
    """A clock at whose first reading somebody else is quicker; then time has gone on by a second."""

    def __init__(self, now: datetime, meddle: Callable[[], None]) -> None:
        self.now_, self._meddle = now, meddle
        self.asked = 0

    def now(self, connection: Connection) -> datetime:
        self.asked += 1
        if self.asked == 1:
            self._meddle()
            return self.now_
        return self.now_ + timedelta(seconds=1)

    def read(self, value: Any) -> datetime:
        self.asked += 1
        return self.now_ + timedelta(seconds=1)


def test_time_stamps_of_a_case_never_run_backwards(postgresql: Database) -> None:
    """A worker looks for due jobs; before it has the lock, a person writes to the case, later by the clock."""
    engine = new_engine(postgresql, ManualClock(T0))
    open_city(engine)
    deploy(engine, SPLIT)
    ticket = open_ticket(engine, "split").instance_id
    person = new_engine(postgresql, ManualClock(DUE + timedelta(milliseconds=500)))
    clock = Meddling(DUE, lambda: person.run(add_comment, actor("clerk1"), ticket, "我先"))
    assert new_engine(postgresql, clock).run(run_due_job, ENGINE) is not None
    items = told(engine, ticket)
    assert [item.command for item in items] == ["start_instance", "add_comment", "run_due_job"]
    assert [item.at for item in items] == sorted(item.at for item in items)
    assert items[-1].at == DUE + timedelta(seconds=1)


GATE = 7305299  # an advisory lock of this test


def test_a_claim_with_an_old_snapshot_is_read_again(postgresql: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """SKIP LOCKED gives back a job that another worker has done: the locked row is new, the joined job is old.

    A gate stands in the claim of the slow worker, behind its snapshot and before its lock. While it waits there, the
    quick one fires the timer and commits.
    """
    clock = ManualClock(T0)
    quick = new_engine(postgresql, clock)
    open_city(quick)
    deploy(quick, WATCHED)
    ticket = open_ticket(quick, "watched").instance_id
    clock.move_to(DUE)
    slow_database = Database(postgresql.url.render_as_string(hide_password=False))
    claims: list[str] = []

    def with_gate(connection: Any, statement: str, parameters: Any) -> list[Any]:
        if "SKIP LOCKED" in statement and connection.engine.pool is slow_database.engine.pool:
            claims.append(statement)
            if len(claims) == 1:
                gate = f" CROSS JOIN LATERAL (SELECT pg_advisory_xact_lock({GATE})) AS gate WHERE"
                statement = statement.replace(" \nWHERE", gate, 1)
                assert "gate" in statement
        return read(connection, statement, parameters)

    monkeypatch.setattr("engine.statements.fetch", with_gate)
    slow = new_engine(slow_database, clock)
    with ThreadPoolExecutor(1) as pool, postgresql.engine.connect() as gatekeeper:
        gatekeeper.execute(text(f"SELECT pg_advisory_lock({GATE})"))
        answer = pool.submit(slow.run, run_due_job, ENGINE)
        at_the_gate = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        while not gatekeeper.scalar(at_the_gate) and not answer.done():
            pass
        assert quick.run(run_due_job, ENGINE) is not None
        gatekeeper.execute(text(f"SELECT pg_advisory_unlock({GATE})"))
        assert answer.result() is None
    slow_database.dispose()
    assert len(claims) == 2  # the first found the job that is no more, and the command was run again
    assert [what for what, _ in facts(quick, ticket)].count("timer_fired") == 1
