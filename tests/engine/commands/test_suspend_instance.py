"""挂起, 恢复: nobody works on the case, what falls due waits, and everything goes on after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.commands.add_comment import add_comment
from engine.commands.cancel_instance import cancel_instance
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.link_cases import link_cases
from engine.commands.resume_instance import resume_instance
from engine.commands.save_draft import save_draft
from engine.commands.suspend_instance import suspend_instance
from engine.commands.unclaim_task import unclaim_task
from engine.engine import Engine
from engine.errors import Conflict, Forbidden, InstanceNotActive, InstanceSuspended, Invalid, NotFound
from engine.queries.instance_detail import instance_detail
from engine.queries.instance_list import instance_list
from engine.queries.task_detail import task_detail
from engine.queries.task_list import task_list
from engine.worker import drain
from tests.conftest import T0
from tests.engine.drawings import WATCHED
from tests.factories import actor, deploy, everything, facts, open_tasks, open_ticket, told

CHIEF = actor("chief", permissions=actor("chief").permissions | {"case.suspend", "case.link"})


@pytest.fixture
def ticket(engine: Engine) -> int:
    deploy(engine, WATCHED)
    found = open_ticket(engine, "watched").instance_id
    engine.run(claim_task, actor("clerk1"), open_tasks(engine, found)["a"])
    return found


@pytest.fixture
def suspended(engine: Engine, ticket: int) -> int:
    engine.run(suspend_instance, CHIEF, ticket, " 等待批复 ")
    return ticket


def acts(engine: Engine, case: int) -> list[tuple[Callable[..., Any], str, tuple[Any, ...]]]:
    task = open_tasks(engine, case)["a"]
    return [
        (claim_task, "clerk1", (task,)),
        (unclaim_task, "clerk1", (task,)),
        (save_draft, "clerk1", (task, {})),
        (complete_task, "clerk1", (task, {})),
        (add_comment, "clerk1", (case, "x")),
        (cancel_instance, "chief", (case, "x")),
    ]


def test_whatever_staff_do_is_refused_in_words(engine: Engine, suspended: int) -> None:
    before = everything(engine)
    for command, who, arguments in acts(engine, suspended):
        with pytest.raises(InstanceSuspended) as refused:
            engine.run(command, actor(who), *arguments)
        assert refused.value.status == 409
        assert "等待批复" in refused.value.message("zh")
    other = open_ticket(engine, "watched").instance_id
    for pair in ((suspended, other), (other, suspended)):
        with pytest.raises(InstanceSuspended):
            engine.run(link_cases, CHIEF, *pair, "parent")
    after = everything(engine)
    assert [row for row in after["process_instance"] if row in before["process_instance"]] == before["process_instance"]
    assert facts(engine, suspended)[-1] == ("instance_suspended", None)


def test_a_due_job_waits_and_fires_after_the_resume(engine: Engine, clock: ManualClock, suspended: int) -> None:
    clock.move_to(T0 + timedelta(minutes=11))
    assert drain(engine) == 0
    engine.run(resume_instance, CHIEF, suspended, "批复到了")
    assert drain(engine) == 1
    (fact,) = [fact for item in told(engine, suspended) for fact in item.facts if fact["type"] == "timer_fired"]
    assert fact["due"] == (T0 + timedelta(minutes=10)).isoformat()


def test_other_cases_go_on(engine: Engine, clock: ManualClock, suspended: int) -> None:
    open_ticket(engine, "watched")
    clock.move_to(T0 + timedelta(minutes=10))
    assert drain(engine) == 1


def test_after_the_resume_all_is_as_it_was(engine: Engine, clock: ManualClock, ticket: int) -> None:
    before = everything(engine)
    engine.run(suspend_instance, CHIEF, ticket, "x")
    engine.run(resume_instance, CHIEF, ticket, "y")
    after = everything(engine)
    assert {name for name in after if after[name] != before[name]} == {"history_event", "process_instance"}
    engine.run(complete_task, actor("clerk1"), open_tasks(engine, ticket)["a"], {})
    assert facts(engine, ticket)[-1] == ("instance_completed", None)


def test_lists_and_pages_say_so(engine: Engine, suspended: int) -> None:
    other = open_ticket(engine, "watched").instance_id
    who = actor("clerk1")
    with engine.read() as connection:
        found = {item.id: item for item in instance_list(connection, who).items}
        assert (found[suspended].suspended_at, found[suspended].suspended_reason) == (T0, "等待批复")
        assert (found[other].suspended_at, found[other].suspended_reason) == (None, None)
        assert [item.id for item in instance_list(connection, who, suspended=True).items] == [suspended]
        assert [item.id for item in instance_list(connection, who, suspended=False).items] == [other]
        assert instance_detail(connection, who, suspended).instance.suspended_reason == "等待批复"
        (item,) = task_list(connection, who, "mine").items
        task = task_detail(connection, who, item.id)
        assert (item.suspended_reason, task.suspended_reason) == ("等待批复", "等待批复")
        assert (task.may_claim, task.may_complete) == (False, False)


def test_who_may_and_when(engine: Engine, ticket: int) -> None:
    for command in (suspend_instance, resume_instance):
        with pytest.raises(Forbidden):
            engine.run(command, actor("chief"), ticket, "x")
        with pytest.raises(Invalid):
            engine.run(command, CHIEF, ticket, "  ")
        with pytest.raises(NotFound):
            engine.run(command, actor("stranger", permissions=CHIEF.permissions), ticket, "x")
    with pytest.raises(Conflict):
        engine.run(resume_instance, CHIEF, ticket, "x")
    engine.run(suspend_instance, CHIEF, ticket, "x")
    with pytest.raises(InstanceSuspended):
        engine.run(suspend_instance, CHIEF, ticket, "x")
    engine.run(resume_instance, CHIEF, ticket, "x")
    engine.run(cancel_instance, CHIEF, ticket, "x")
    with pytest.raises(InstanceNotActive):
        engine.run(suspend_instance, CHIEF, ticket, "x")
