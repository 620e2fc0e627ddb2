"""Drafts: kept as typed, bounded, no history."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.clock import ManualClock
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.save_draft import MAX_BYTES, DraftTooLarge, save_draft
from engine.engine import Engine
from engine.errors import Forbidden, NotFound, TaskNotOpen, TaskTaken
from engine.models import UserTask
from tests.engine.drawings import ONE_STEP
from tests.factories import actor, deploy, everything, fetch, open_tasks, open_ticket, told


@pytest.fixture
def task(engine: Engine) -> str:
    deploy(engine, ONE_STEP)
    return open_tasks(engine, open_ticket(engine, "one_step").instance_id)["a"]


def test_a_draft_is_kept_as_typed_and_leaves_no_history(engine: Engine, clock: ManualClock, task: str) -> None:
    engine.run(save_draft, actor("clerk2"), task, {"note": 5, "空": [None, "x\u0000"]})
    row = fetch(engine, select(UserTask.draft, UserTask.draft_at, UserTask.instance_id))[0]
    assert tuple(row) == ('{"note":5,"空":[null,"x\\u0000"]}', clock.now(), row.instance_id)
    assert [item.command for item in told(engine, row.instance_id)] == ["start_instance"]


def test_a_draft_has_a_limit_and_the_last_one_stays(engine: Engine, task: str) -> None:
    fitting = {"n": "x" * (MAX_BYTES - len('{"n":""}'))}
    engine.run(save_draft, actor("clerk2"), task, fitting)
    before = everything(engine)
    with pytest.raises(DraftTooLarge, match="64 KB"):
        engine.run(save_draft, actor("clerk2"), task, {"n": fitting["n"] + "x"})
    assert everything(engine) == before


@pytest.mark.parametrize(
    ("name", "error"),
    [("stranger", NotFound), ("outsider", NotFound), ("reporter", NotFound), ("chief", Forbidden)],
)
def test_who_may_not(engine: Engine, task: str, name: str, error: type[Exception]) -> None:
    before = everything(engine)
    with pytest.raises(error):
        engine.run(save_draft, actor(name), task, {})
    assert everything(engine) == before


def test_not_into_a_task_of_a_colleague_nor_a_done_one(engine: Engine, task: str) -> None:
    engine.run(claim_task, actor("clerk1"), task)
    with pytest.raises(TaskTaken):
        engine.run(save_draft, actor("clerk2"), task, {})
    engine.run(complete_task, actor("clerk1"), task, {})
    with pytest.raises(TaskNotOpen):
        engine.run(save_draft, actor("clerk1"), task, {})
