"""Completing a step: the rows it leaves, the form's part, the duties kept apart, and every refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.clock import ManualClock
from engine.commands.cancel_instance import cancel_instance
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.save_draft import save_draft
from engine.engine import Engine
from engine.errors import (
    Conflict,
    Forbidden,
    InstanceNotActive,
    Invalid,
    NotFound,
    SeparationOfDuties,
    TaskNotOpen,
    TaskTaken,
)
from engine.models import ProcessInstance, UserTask
from engine.unit_of_work import UnitOfWork
from tests.conftest import T0
from tests.engine.drawings import ONE_STEP, SHARED, SPLIT, TWO_STEPS
from tests.factories import actor, deploy, everything, facts, fetch, open_tasks, open_ticket, told


def test_a_completed_step_and_the_next_one(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, TWO_STEPS)
    ticket = open_ticket(engine, "two_steps", {"note": "first"}).instance_id
    task = open_tasks(engine, ticket)["a"]
    clock.move_to(T0 + timedelta(minutes=3))
    engine.run(save_draft, actor("clerk2"), task, {"note": "typing"})
    engine.run(complete_task, actor("clerk2"), task, {"note": "second", "unknown": 1})
    row = fetch(engine, select(UserTask.__table__).where(UserTask.id == task))[0]
    assert (row.state, row.completed_at, row.completed_by) == ("completed", clock.now(), actor("clerk2").id)
    assert (row.assignee_id, row.draft, row.draft_at) == (actor("clerk2").id, None, None)
    assert list(open_tasks(engine, ticket)) == ["b"]
    assert fetch(engine, select(ProcessInstance.fields))[0].fields == {"note": "second"}
    item = told(engine, ticket)[1]
    assert (item.seq, item.actor, item.command, item.at) == (2, "clerk2", "complete_task", clock.now())
    created = open_tasks(engine, ticket)["b"]
    assert item.facts == [
        {
            "type": "task_completed",
            "element": "a",
            "name": "登记",
            "task": task,
            "form": "note",
            "data": {"note": "second"},
        },
        {"type": "task_created", "element": "b", "name": "审批", "task": created, "groups": ["desk", "chiefs"]},
    ]


def test_the_last_step_ends_the_case_and_drops_its_state(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, ONE_STEP)
    ticket = open_ticket(engine, "one_step").instance_id
    clock.move_to(T0 + timedelta(hours=1))
    engine.run(complete_task, actor("clerk3"), open_tasks(engine, ticket)["a"], {})
    row = fetch(engine, select(ProcessInstance.__table__))[0]
    assert (row.state, row.execution, row.ended_at, row.end_reason) == ("completed", None, clock.now(), None)
    assert row.history_seq == 2
    assert facts(engine, ticket)[-2:] == [("element_completed", "e"), ("instance_completed", None)]


def test_duties_are_kept_apart(engine: Engine) -> None:
    deploy(engine, TWO_STEPS)
    ticket = open_ticket(engine, "two_steps", {"note": "x"}).instance_id
    engine.run(complete_task, actor("clerk2"), open_tasks(engine, ticket)["a"], {"note": "y"})
    task = open_tasks(engine, ticket)["b"]
    before = everything(engine)
    with pytest.raises(SeparationOfDuties) as refused:
        engine.run(complete_task, actor("clerk2"), task, {})
    assert refused.value.params == {"element": "登记"}
    with pytest.raises(SeparationOfDuties):
        engine.run(claim_task, actor("clerk2"), task)
    assert everything(engine) == before
    engine.run(complete_task, actor("clerk3"), task, {})
    assert fetch(engine, select(ProcessInstance.state))[0].state == "completed"


def test_a_form_that_is_not_right_keeps_the_draft_and_changes_nothing(engine: Engine) -> None:
    deploy(engine, TWO_STEPS)
    task = open_tasks(engine, open_ticket(engine, "two_steps", {"note": "x"}).instance_id)["a"]
    engine.run(claim_task, actor("clerk1"), task)
    engine.run(save_draft, actor("clerk1"), task, {"note": "half"})
    before = everything(engine)
    with pytest.raises(Invalid) as refused:
        engine.run(complete_task, actor("clerk1"), task, {"note": None})
    assert refused.value.fields == {"note": [{"code": "required", "zh": "请填写", "en": "fill in"}]}
    assert everything(engine) == before
    assert fetch(engine, select(UserTask.draft).where(UserTask.id == task))[0].draft == '{"note":"half"}'


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("stranger", NotFound),  # another client
        ("outsider", NotFound),  # a contractor that takes no part
        ("reporter", NotFound),  # of the client, but sees only what is one's own
        ("chief", Forbidden),  # sees it, is no candidate
        ("clerk3", TaskTaken),  # a candidate, too late
    ],
)
def test_who_may_not_complete_a_task_that_a_colleague_has_claimed(
    engine: Engine, name: str, error: type[Exception]
) -> None:
    deploy(engine, ONE_STEP)
    task = open_tasks(engine, open_ticket(engine, "one_step").instance_id)["a"]
    if error is TaskTaken:
        engine.run(claim_task, actor("clerk2"), task)
    before = everything(engine)
    with pytest.raises(error) as refused:
        engine.run(complete_task, actor(name), task, {})
    if isinstance(refused.value, TaskTaken):
        assert refused.value.params == {"assignee": "CLERK2"}
    assert everything(engine) == before


def test_a_task_that_is_none(engine: Engine) -> None:
    with pytest.raises(NotFound):
        engine.run(complete_task, actor("clerk1"), "0" * 32, {})


def test_a_completed_task_is_not_open(engine: Engine) -> None:
    deploy(engine, SPLIT)
    task = open_tasks(engine, open_ticket(engine, "split").instance_id)["a"]
    engine.run(complete_task, actor("clerk1"), task, {})
    before = everything(engine)
    with pytest.raises(TaskNotOpen):
        engine.run(complete_task, actor("clerk1"), task, {})
    assert everything(engine) == before


def test_a_task_of_a_cancelled_case_is_not_open(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    ticket = open_ticket(engine, "one_step").instance_id
    task = open_tasks(engine, ticket)["a"]
    engine.run(cancel_instance, actor("chief"), ticket, "报错了")
    with pytest.raises(TaskNotOpen):
        engine.run(complete_task, actor("clerk1"), task, {})


def test_people_of_a_contractor_that_takes_part_see_its_case(engine: Engine) -> None:
    deploy(engine, SHARED)
    ticket = open_ticket(engine, "shared").instance_id
    task = open_tasks(engine, ticket)["a"]
    with pytest.raises(Forbidden):
        engine.run(complete_task, actor("foreman"), task, {})
    engine.run(complete_task, actor("fitter"), task, {})
    assert fetch(engine, select(ProcessInstance.state))[0].state == "completed"


def test_a_row_that_says_open_while_the_tree_says_no_is_a_conflict(engine: Engine) -> None:
    """It cannot come about by commands; if it does, nothing is done and nobody waits for ever."""
    deploy(engine, SPLIT)
    task = open_tasks(engine, open_ticket(engine, "split").instance_id)["a"]
    engine.run(complete_task, actor("clerk1"), task, {})

    def reopen(uow: UnitOfWork) -> None:
        uow.connection.execute(update(UserTask).where(UserTask.id == task).values(state="open"))

    engine.run(reopen, actor("chief"))
    before = everything(engine)
    with pytest.raises(Conflict):
        engine.run(complete_task, actor("clerk1"), task, {})
    assert everything(engine) == before


def test_an_instance_that_has_ended_cannot_be_loaded(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    ticket = open_ticket(engine, "one_step").instance_id
    task = open_tasks(engine, ticket)["a"]

    def end(uow: UnitOfWork) -> None:
        uow.connection.execute(update(ProcessInstance).values(state="completed", execution=None))

    engine.run(end, actor("chief"))
    with pytest.raises(InstanceNotActive) as refused:
        engine.run(complete_task, actor("clerk1"), task, {})
    assert refused.value.message("zh") == "流程已结束，不能再操作。"
