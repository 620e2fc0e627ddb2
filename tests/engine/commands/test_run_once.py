"""Idempotency keys: the same request once, another one refused, two at the same moment one effect."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.clock import ManualClock
from engine.commands.add_comment import add_comment
from engine.commands.complete_task import complete_task
from engine.commands.run_once import IdempotencyKeyReused, run_once
from engine.commands.start_instance import start_instance
from engine.engine import Engine
from engine.errors import NotFound
from engine.models import IdempotencyKey, ProcessInstance
from tests.engine.drawings import ONE_STEP
from tests.factories import CLIENT, actor, deploy, everything, fetch, open_tasks, open_ticket, told

PRINT, OTHER_PRINT = "a" * 64, "b" * 64


def start(engine: Engine, key: str, fingerprint: str = PRINT, by: str = "clerk1") -> Any:
    return engine.run(run_once, actor(by), key, fingerprint, start_instance, CLIENT, "one_step", {})


@pytest.fixture(autouse=True)
def _deployed(engine: Engine) -> None:
    deploy(engine, ONE_STEP)


def cases(engine: Engine) -> int:
    count: int = fetch(engine, select(func.count()).select_from(ProcessInstance.__table__))[0][0]
    return count


def test_sent_again_it_gives_the_first_answer_and_does_nothing(engine: Engine, clock: ManualClock) -> None:
    answer = start(engine, "k1")
    assert set(answer) == {"instance_id", "business_key", "title"}
    before = everything(engine)
    assert start(engine, "k1") == answer
    assert everything(engine) == before
    row = fetch(engine, select(IdempotencyKey.__table__))[0]
    assert (row.user_id, row.key, row.fingerprint, row.created_at) == (actor("clerk1").id, "k1", PRINT, clock.now())


def test_history_names_the_command_that_was_run(engine: Engine) -> None:
    assert [item.command for item in told(engine, start(engine, "k1")["instance_id"])] == ["start_instance"]


def test_another_request_under_the_same_key_is_refused(engine: Engine) -> None:
    start(engine, "k1")
    before = everything(engine)
    with pytest.raises(IdempotencyKeyReused):
        start(engine, "k1", OTHER_PRINT)
    assert everything(engine) == before


def test_keys_are_a_persons_own(engine: Engine) -> None:
    assert start(engine, "k1") != start(engine, "k1", by="clerk2")
    assert start(engine, "k2") != start(engine, "k1")
    assert cases(engine) == 3


def test_a_refused_command_keeps_its_key_free(engine: Engine) -> None:
    with pytest.raises(NotFound):
        engine.run(run_once, actor("clerk1"), "k1", PRINT, start_instance, CLIENT, "unknown", {})
    assert fetch(engine, select(IdempotencyKey.key)) == []
    start(engine, "k1")


def test_a_command_without_an_answer(engine: Engine) -> None:
    ticket = open_ticket(engine, "one_step").instance_id
    for _ in range(2):
        assert engine.run(run_once, actor("clerk1"), "k1", PRINT, add_comment, ticket, "x") is None
    assert [item.command for item in told(engine, ticket)] == ["start_instance", "add_comment"]


def test_eight_at_the_same_moment_have_one_effect(engine: Engine) -> None:
    barrier = Barrier(8)

    def send(_: int) -> Any:
        barrier.wait()
        return start(engine, "k1")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert answers == [answers[0]] * 8
    assert cases(engine) == 1


def test_one_key_sent_at_the_same_moment_completes_a_step_once(engine: Engine) -> None:
    """The losers meet a case that the winner has changed; they must still get the winner's answer."""
    ticket = open_ticket(engine, "one_step").instance_id
    (task,) = open_tasks(engine, ticket).values()
    barrier = Barrier(6)

    def complete(_: int) -> Any:
        barrier.wait()
        return engine.run(run_once, actor("clerk1"), "k", PRINT, complete_task, task, {})

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(complete, range(6))) == [None] * 6
    assert [item.command for item in told(engine, ticket)] == ["start_instance", "complete_task"]
