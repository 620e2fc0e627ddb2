"""One task: what its page needs, who may do it, whose draft is shown."""

from __future__ import annotations

import pytest

from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.save_draft import save_draft
from engine.commands.unclaim_task import unclaim_task
from engine.engine import Engine
from engine.queries.task_detail import TaskDetail, task_detail
from tests.conftest import T0
from tests.engine.drawings import TWO_STEPS
from tests.factories import actor, deploy, open_tasks, open_ticket


@pytest.fixture
def task(engine: Engine) -> str:
    deploy(engine, TWO_STEPS)
    return open_tasks(engine, open_ticket(engine, "two_steps", {"note": "路口"}).instance_id)["a"]


def detail(engine: Engine, name: str, task: str) -> TaskDetail:
    with engine.read() as connection:
        return task_detail(connection, actor(name), task)


def test_what_the_page_needs(engine: Engine, task: str) -> None:
    found = detail(engine, "clerk1", task)
    assert (found.id, found.element_id, found.name, found.form_key) == (task, "a", "登记", "note")
    assert (found.state, found.created_at, found.completed_at, found.due_at) == ("open", T0, None, None)
    assert (found.title, found.fields, found.groups) == ("路口 的工单", {"note": "路口"}, ("desk",))
    assert found.number == f"LB-20261120-{found.instance_id:05d}"
    assert found.root_id == found.instance_id


def abilities(engine: Engine, task: str) -> dict[str, tuple[bool, bool]]:
    found = {name: detail(engine, name, task) for name in ("clerk1", "clerk2", "chief")}
    return {name: (one.may_claim, one.may_complete) for name, one in found.items()}


def test_who_may_claim_and_complete(engine: Engine, task: str) -> None:
    assert abilities(engine, task) == {"clerk1": (True, True), "clerk2": (True, True), "chief": (False, False)}
    engine.run(claim_task, actor("clerk1"), task)
    assert abilities(engine, task) == {"clerk1": (False, True), "clerk2": (False, False), "chief": (False, False)}
    assert detail(engine, "chief", task).assignee == "CLERK1"
    engine.run(complete_task, actor("clerk1"), task, {"note": "x"})
    assert abilities(engine, task) == {"clerk1": (False, False), "clerk2": (False, False), "chief": (False, False)}
    assert detail(engine, "chief", task).state == "completed"


def test_a_draft_is_shown_to_who_typed_it(engine: Engine, task: str) -> None:
    engine.run(save_draft, actor("clerk1"), task, {"note": "half"})
    for change in (None, claim_task, unclaim_task):
        if change is not None:
            engine.run(change, actor("clerk1"), task)
        assert detail(engine, "clerk1", task).draft == {"note": "half"}
        assert detail(engine, "clerk2", task).draft is None
        assert detail(engine, "chief", task).draft is None
