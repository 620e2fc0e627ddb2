"""How many SQL statements a command costs, with the system clock, BEGIN and COMMIT not counted.

The aim for a completed task is 11 with sign-in, BEGIN and COMMIT: 6 here. What a command writes at its end PostgreSQL
gets as one statement.
"""

from __future__ import annotations

import pytest

from engine.clock import SystemClock
from engine.commands.add_comment import add_comment
from engine.commands.cancel_instance import cancel_instance
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.deliver_message import deliver_message
from engine.commands.save_draft import save_draft
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.engine import Engine
from engine.worker import drain
from tests.engine.definition.drawings import drawing, end, start, timer, user
from tests.engine.drawings import TWO_STEPS
from tests.engine.events import SENDER, all_tasks, call, child, parent
from tests.engine.statements import counted
from tests.engine.test_messages import WAITS, throws
from tests.factories import CLIENT, actor, deploy, new_engine, open_city, open_tasks, open_ticket

OVERDUE = drawing(
    "overdue",
    [
        start("s"),
        user("a", candidateGroups="desk"),
        timer("t", "a", "2026-01-01T00:00", "timeDate"),
        user("b", candidateGroups="desk"),
        end("e"),
        end("f"),
    ],
    ["s -> a -> e", "t -> b -> f"],
)


@pytest.fixture
def engine(database: Database) -> Engine:
    engine = new_engine(database, SystemClock())
    open_city(engine)
    deploy(engine, TWO_STEPS)
    open_ticket(engine, "two_steps", {"note": "warm"})  # the specification is built once
    return engine


@pytest.fixture
def ticket(engine: Engine) -> int:
    return open_ticket(engine, "two_steps", {"note": "x"}).instance_id


def on(engine: Engine, *, sqlite: int, postgresql: int) -> int:
    return sqlite if engine.database.is_sqlite else postgresql


def test_start(engine: Engine) -> None:
    with counted(engine.database) as sent:
        engine.run(start_instance, actor("clerk1"), CLIENT, "two_steps", {"note": "x"})
    assert len(sent) == on(engine, sqlite=7, postgresql=3), sent


def test_complete(engine: Engine, ticket: int) -> None:
    """Lock with task, instance and clock; task done; next task; its two candidates at once; history; instance.

    PostgreSQL gets all but the first as one.
    """
    with counted(engine.database) as sent:
        engine.run(complete_task, actor("clerk1"), open_tasks(engine, ticket)["a"], {"note": "y"})
    assert len(sent) - 1 == on(engine, sqlite=6, postgresql=2), sent  # one of them is the test's own look for the task


def test_complete_the_last_step(engine: Engine, ticket: int) -> None:
    """One more to keep duties apart, three less without a next task."""
    engine.run(complete_task, actor("clerk1"), open_tasks(engine, ticket)["a"], {"note": "y"})
    task = open_tasks(engine, ticket)["b"]
    with counted(engine.database) as sent:
        engine.run(complete_task, actor("clerk2"), task, {})
    assert len(sent) == on(engine, sqlite=5, postgresql=3), sent


def test_claim_draft_and_comment(engine: Engine, ticket: int) -> None:
    task = open_tasks(engine, ticket)["a"]
    with counted(engine.database) as sent:
        engine.run(claim_task, actor("clerk1"), task)
    assert len(sent) == on(engine, sqlite=4, postgresql=3), sent
    with counted(engine.database) as sent:
        engine.run(save_draft, actor("clerk1"), task, {"note": "z"})
    assert len(sent) == 2, sent
    with counted(engine.database) as sent:
        engine.run(add_comment, actor("clerk1"), ticket, "z")
    assert len(sent) == on(engine, sqlite=4, postgresql=3), sent


def test_cancel(engine: Engine, ticket: int) -> None:
    with counted(engine.database) as sent:
        engine.run(cancel_instance, actor("chief"), ticket, "z")
    assert len(sent) == on(engine, sqlite=6, postgresql=4), sent


def test_a_timer(engine: Engine) -> None:
    """Clock; claim with lock; job with instance and clock; job gone; old task, new task, candidates; history; instance.

    And one look for cases that begin by the time, once in each round of the worker.
    """
    deploy(engine, OVERDUE)
    open_ticket(engine, "overdue")
    with counted(engine.database) as sent:
        assert drain(engine, limit=1) == 1
    assert len(sent) == 1 + on(engine, sqlite=9, postgresql=5), sent


def test_looking_for_due_jobs_when_there_are_none(engine: Engine) -> None:
    """Cases that begin by the time; clock; claim."""
    with counted(engine.database) as sent:
        assert drain(engine) == 0
    assert len(sent) == 3, sent


def test_a_called_process(engine: Engine) -> None:
    """Begun: its newest version, its row; ended: the instance that called it is loaded, each instance is saved."""
    deploy(engine, child())
    deploy(engine, parent(call("c", "child")))
    open_ticket(engine, "parent")  # the specifications are built once
    with counted(engine.database) as sent:
        ticket = open_ticket(engine, "parent").instance_id
    assert len(sent) == on(engine, sqlite=7 + 3, postgresql=3 + 2), sent
    task = all_tasks(engine, ticket)["work"]
    with counted(engine.database) as sent:
        engine.run(complete_task, actor("clerk1"), task, {})
    assert len(sent) == on(engine, sqlite=7 + 1, postgresql=3), sent


def test_a_message(engine: Engine) -> None:
    """Lock; event; instance; clock; event gone; next task with its candidates; history; instance.

    Thrown by a case: its job, and nothing more.
    """
    deploy(engine, WAITS)
    deploy(engine, throws())
    waits = open_ticket(engine, "waits").instance_id
    with counted(engine.database) as sent:
        engine.run(deliver_message, SENDER, CLIENT, "ring", {"who": "x"}, case_id=waits)
    assert len(sent) == on(engine, sqlite=9, postgresql=6), sent
    deploy(engine, drawing("plain", [start("s"), user("b", candidateGroups="desk"), end("e")], ["s -> b -> e"]))
    open_ticket(engine, "plain"), open_ticket(engine, "throws", {"note": "x"})
    with counted(engine.database) as plain:
        open_ticket(engine, "plain")
    with counted(engine.database) as sent:
        open_ticket(engine, "throws", {"note": "x"})
    assert len(sent) == len(plain) + 1, sent
