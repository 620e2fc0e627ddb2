"""Claiming and giving back: who may, what it leaves, and every refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.clock import ManualClock
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.unclaim_task import unclaim_task
from engine.engine import Engine
from engine.errors import Forbidden, NotFound, TaskNotOpen, TaskTaken
from engine.models import UserTask
from tests.conftest import T0
from tests.engine.definition.drawings import drawing, end, start, user
from tests.engine.drawings import ONE_STEP
from tests.factories import actor, deploy, everything, fetch, open_tasks, open_ticket, told

FOR_ONE = drawing("for_one", [start("s"), user("a", assignee="clerk4"), end("e")], ["s -> a -> e"])


@pytest.fixture
def ticket(engine: Engine) -> int:
    deploy(engine, ONE_STEP)
    return open_ticket(engine, "one_step").instance_id


@pytest.fixture
def task(engine: Engine, ticket: int) -> str:
    return open_tasks(engine, ticket)["a"]


def test_a_candidate_takes_a_task_and_gives_it_back(engine: Engine, clock: ManualClock, ticket: int, task: str) -> None:
    clock.move_to(T0 + timedelta(minutes=1))
    engine.run(claim_task, actor("clerk2"), task)
    row = fetch(engine, select(UserTask.assignee_id, UserTask.claimed_at))[0]
    assert tuple(row) == (actor("clerk2").id, clock.now())
    engine.run(unclaim_task, actor("clerk2"), task)
    assert tuple(fetch(engine, select(UserTask.assignee_id, UserTask.claimed_at))[0]) == (None, None)
    claimed, unclaimed = told(engine, ticket)[1:]
    assert (claimed.command, claimed.actor, claimed.facts) == (
        "claim_task",
        "clerk2",
        [{"type": "task_claimed", "element": "a", "name": "办理", "task": task, "assignee": "clerk2"}],
    )
    assert (unclaimed.command, unclaimed.facts) == (
        "unclaim_task",
        [{"type": "task_unclaimed", "element": "a", "name": "办理", "task": task}],
    )


def test_claiming_once_more_does_nothing(engine: Engine, task: str) -> None:
    engine.run(claim_task, actor("clerk2"), task)
    before = everything(engine)
    engine.run(claim_task, actor("clerk2"), task)
    assert everything(engine) == before


@pytest.mark.parametrize(
    ("name", "error"),
    [("stranger", NotFound), ("outsider", NotFound), ("reporter", NotFound), ("chief", Forbidden)],
)
def test_who_may_not_claim(engine: Engine, task: str, name: str, error: type[Exception]) -> None:
    before = everything(engine)
    with pytest.raises(error):
        engine.run(claim_task, actor(name), task)
    with pytest.raises(error):
        engine.run(unclaim_task, actor(name), task)
    assert everything(engine) == before


def test_a_task_is_claimed_by_one(engine: Engine, task: str) -> None:
    engine.run(claim_task, actor("clerk2"), task)
    before = everything(engine)
    with pytest.raises(TaskTaken) as refused:
        engine.run(claim_task, actor("clerk3"), task)
    assert refused.value.message("zh") == "任务已由CLERK2签收。"
    with pytest.raises(Forbidden, match="not yours"):
        engine.run(unclaim_task, actor("clerk3"), task)
    assert everything(engine) == before


def test_a_done_task_is_neither_claimed_nor_given_back(engine: Engine, task: str) -> None:
    engine.run(complete_task, actor("clerk2"), task, {})
    for command in (claim_task, unclaim_task):
        with pytest.raises(TaskNotOpen):
            engine.run(command, actor("clerk2"), task)


def test_a_task_for_one_person_cannot_be_given_back(engine: Engine) -> None:
    deploy(engine, FOR_ONE)
    task = open_tasks(engine, open_ticket(engine, "for_one").instance_id)["a"]
    with pytest.raises(Forbidden, match="nobody to give"):
        engine.run(unclaim_task, actor("clerk4"), task)
    assert fetch(engine, select(UserTask.assignee_id))[0].assignee_id == actor("clerk4").id
