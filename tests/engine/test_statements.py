"""How many SQL statements a command costs, with the system clock, BEGIN and COMMIT not counted.

The aim for a completed task is 11 with sign-in, BEGIN and COMMIT: 8 here.
"""

from __future__ import annotations

import pytest

from engine.clock import SystemClock
from engine.commands.add_comment import add_comment
from engine.commands.cancel_instance import cancel_instance
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.save_draft import save_draft
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.engine import Engine
from engine.worker import drain
from tests.engine.definition.drawings import drawing, end, start, timer, user
from tests.engine.drawings import TWO_STEPS
from tests.engine.statements import counted
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


def test_start(engine: Engine) -> None:
    with counted(engine.database) as sent:
        engine.run(start_instance, actor("clerk1"), CLIENT, "two_steps", {"note": "x"})
    assert len(sent) == 9, sent


def test_complete(engine: Engine, ticket: int) -> None:
    """Lock; task with instance; clock; task done; next task with its candidates; history; instance."""
    with counted(engine.database) as sent:
        engine.run(complete_task, actor("clerk1"), open_tasks(engine, ticket)["a"], {"note": "y"})
    assert len(sent) - 1 == 8, sent  # one of them is the test's own look for the task


def test_complete_the_last_step(engine: Engine, ticket: int) -> None:
    """One more to keep duties apart, two less without a next task."""
    engine.run(complete_task, actor("clerk1"), open_tasks(engine, ticket)["a"], {"note": "y"})
    task = open_tasks(engine, ticket)["b"]
    with counted(engine.database) as sent:
        engine.run(complete_task, actor("clerk2"), task, {})
    assert len(sent) == 7, sent


def test_claim_draft_and_comment(engine: Engine, ticket: int) -> None:
    task = open_tasks(engine, ticket)["a"]
    with counted(engine.database) as sent:
        engine.run(claim_task, actor("clerk1"), task)
    assert len(sent) == 6, sent
    with counted(engine.database) as sent:
        engine.run(save_draft, actor("clerk1"), task, {"note": "z"})
    assert len(sent) == 4, sent
    with counted(engine.database) as sent:
        engine.run(add_comment, actor("clerk1"), ticket, "z")
    assert len(sent) == 4, sent


def test_cancel(engine: Engine, ticket: int) -> None:
    with counted(engine.database) as sent:
        engine.run(cancel_instance, actor("chief"), ticket, "z")
    assert len(sent) == 6, sent


def test_a_timer(engine: Engine) -> None:
    """Clock; claim; lock; job with instance; clock; old task, new task, candidates, job; history; instance."""
    deploy(engine, OVERDUE)
    open_ticket(engine, "overdue")
    with counted(engine.database) as sent:
        assert drain(engine, limit=1) == 1
    assert len(sent) == 11, sent


def test_looking_for_due_jobs_when_there_are_none(engine: Engine) -> None:
    with counted(engine.database) as sent:
        assert drain(engine) == 0
    assert len(sent) == 2, sent
