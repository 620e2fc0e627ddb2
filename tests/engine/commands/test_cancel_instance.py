"""Cancelling a case: everything open goes with it, the reason stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.clock import ManualClock
from engine.commands.cancel_instance import cancel_instance
from engine.engine import Engine
from engine.errors import Forbidden, InstanceNotActive, Invalid, NotFound
from engine.models import Job, ProcessInstance, UserTask
from tests.conftest import T0
from tests.engine.drawings import SPLIT
from tests.factories import actor, deploy, everything, fetch, open_ticket, told


@pytest.fixture
def ticket(engine: Engine) -> int:
    deploy(engine, SPLIT)
    return open_ticket(engine, "split").instance_id


def test_tasks_timers_and_state_go_and_the_reason_stays(engine: Engine, clock: ManualClock, ticket: int) -> None:
    clock.move_to(T0 + timedelta(minutes=2))
    engine.run(cancel_instance, actor("chief"), ticket, "  重复报修 ")
    row = fetch(engine, select(ProcessInstance.__table__))[0]
    assert (row.state, row.execution, row.ended_at, row.end_reason) == ("cancelled", None, clock.now(), "重复报修")
    tasks = fetch(engine, select(UserTask.state, UserTask.completed_at, UserTask.completed_by))
    assert [tuple(task) for task in tasks] == [("cancelled", clock.now(), None)] * 2
    assert fetch(engine, select(Job.id)) == []
    item = told(engine, ticket)[1]
    assert (item.command, item.actor) == ("cancel_instance", "chief")
    assert [(fact["type"], fact.get("element")) for fact in item.facts] == [
        ("cancel_requested", None),
        ("element_cancelled", "a"),
        ("element_cancelled", "b"),
        ("instance_cancelled", None),
    ]
    assert item.facts[0] == {"type": "cancel_requested", "reason": "重复报修"}


@pytest.mark.parametrize(
    ("reason", "code"), [("", "length"), ("  ", "length"), ("x" * 501, "length"), ("x\x00", "bad_character")]
)
def test_a_reason_is_needed(engine: Engine, ticket: int, reason: str, code: str) -> None:
    before = everything(engine)
    with pytest.raises(Invalid) as refused:
        engine.run(cancel_instance, actor("chief"), ticket, reason)
    assert [error["code"] for error in refused.value.fields["reason"]] == [code]
    assert everything(engine) == before


@pytest.mark.parametrize(
    ("name", "error"), [("clerk1", Forbidden), ("stranger", NotFound), ("outsider", NotFound), ("foreman", NotFound)]
)
def test_who_may_not(engine: Engine, ticket: int, name: str, error: type[Exception]) -> None:
    before = everything(engine)
    with pytest.raises(error):
        engine.run(cancel_instance, actor(name), ticket, "x")
    assert everything(engine) == before


def test_a_case_ends_once(engine: Engine, ticket: int) -> None:
    engine.run(cancel_instance, actor("chief"), ticket, "x")
    before = everything(engine)
    with pytest.raises(InstanceNotActive) as refused:
        engine.run(cancel_instance, actor("chief"), ticket, "x")
    assert refused.value.message("zh") == "流程已撤销，不能再操作。"
    assert everything(engine) == before


def test_a_case_that_is_none(engine: Engine) -> None:
    with pytest.raises(NotFound):
        engine.run(cancel_instance, actor("chief"), 999, "x")
