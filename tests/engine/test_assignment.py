"""Who gets a task: names and groups of the drawing, with the case's data; due date and priority."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.authorization import ENGINE
from engine.commands.claim_task import claim_task
from engine.durations import InvalidTime
from engine.engine import Engine
from engine.models import Participant, TaskCandidate, User, UserTask
from engine.unit_of_work import UnitOfWork
from tests.conftest import T0
from tests.engine.definition.drawings import drawing, end, start, user
from tests.factories import CLIENT, actor, deploy, everything, fetch, open_ticket, told


def assigned(engine: Engine, data: dict[str, Any] | None = None, **attributes: Any) -> Any:
    """The row of a task drawn with these attributes, and who it was offered to."""
    deploy(engine, drawing("p", [start("s"), user("a", **attributes), end("e")], ["s -> a -> e"]))
    ticket = open_ticket(engine, "p", data).instance_id
    return fetch(engine, select(UserTask.__table__).where(UserTask.instance_id == ticket))[0]


def offered(engine: Engine) -> tuple[list[str], list[int]]:
    rows = fetch(engine, select(TaskCandidate.group_key, TaskCandidate.user_id).order_by(TaskCandidate.id))
    return [row.group_key for row in rows if row.group_key], [row.user_id for row in rows if row.user_id]


def created(engine: Engine, task: Any) -> dict[str, Any]:
    """The fact of its creation, without what every task's has."""
    fact = told(engine, task.instance_id)[0].facts[-1]
    assert fact.pop("type") == "task_created"
    assert (fact.pop("task"), fact.pop("element"), fact.pop("name")) == (task.id, "a", "")
    return fact


def test_an_assignee_by_name(engine: Engine) -> None:
    task = assigned(engine, assignee="clerk5")
    assert task.assignee_id == actor("clerk5").id
    assert task.claimed_at is None
    assert offered(engine) == ([], [])
    assert created(engine, task) == {"assignee": "clerk5"}


def test_an_assignee_from_the_data(engine: Engine) -> None:
    task = assigned(engine, {"who": "clerk6"}, assignee="${who}", candidateGroups="desk")
    assert task.assignee_id == actor("clerk6").id
    assert offered(engine) == (["desk"], [])
    assert created(engine, task) == {"assignee": "clerk6", "groups": ["desk"]}


@pytest.mark.parametrize("name", ["nobody", "CLERK1", "clerk1 or clerk2", "5"])
def test_a_name_nobody_bears_is_noted_and_the_groups_remain(engine: Engine, name: str) -> None:
    task = assigned(engine, {"who": name}, assignee="${who}", candidateGroups="desk")
    assert task.assignee_id is None
    assert created(engine, task) == {"groups": ["desk"], "unknown": [name]}
    engine.run(claim_task, actor("clerk1"), task.id)


def test_who_has_left_is_nobody(engine: Engine) -> None:
    def leave(uow: UnitOfWork) -> None:
        uow.connection.execute(update(User).where(User.username == "clerk5").values(active=False))

    engine.run(leave, ENGINE)
    task = assigned(engine, assignee="clerk5", candidateUsers="clerk5, clerk6", candidateGroups="desk")
    assert (task.assignee_id, offered(engine)) == (None, (["desk"], [actor("clerk6").id]))
    assert created(engine, task)["unknown"] == ["clerk5", "clerk5"]


@pytest.mark.parametrize("asked", ["clerk5, clerk6 ,, clerk5", ["clerk5", "clerk6", "", "clerk5"]])
def test_a_list_of_users(engine: Engine, asked: Any) -> None:
    task = assigned(engine, {"who": asked}, candidateUsers="${who}")
    assert offered(engine) == ([], [actor("clerk5").id, actor("clerk6").id])
    assert created(engine, task) == {}
    engine.run(claim_task, actor("clerk6"), task.id)


def test_groups_from_the_data(engine: Engine) -> None:
    assigned(engine, {"level": "chiefs", "other": ["desk", "chiefs"]}, candidateGroups="${level}, ${join(other, ',')}")
    assert offered(engine) == (["chiefs", "desk"], [])


def test_a_group_name_no_column_holds_is_noted(engine: Engine) -> None:
    task = assigned(engine, {"level": "x" * 61}, candidateGroups="${level}", candidateUsers="clerk1")
    assert offered(engine) == ([], [actor("clerk1").id])
    assert created(engine, task) == {"unknown": ["x" * 61]}


def test_a_long_name_of_a_step_is_cut(engine: Engine) -> None:
    assert assigned(engine, name="长" * 300, candidateGroups="desk").name == "长" * 200


@pytest.mark.parametrize("name", ["stranger", "outsider", "fitter"])
def test_people_of_organisations_that_do_not_take_part_are_unknown(engine: Engine, name: str) -> None:
    """Else a name typed into a form would open the case to another client, and tell which names exist there."""
    task = assigned(engine, assignee=name, candidateGroups="desk")
    assert task.assignee_id is None
    created = next(f for f in told(engine, task.instance_id)[0].facts if f["type"] == "task_created")
    assert created["unknown"] == [name]
    assert [row.organisation_id for row in fetch(engine, select(Participant.organisation_id))] == [CLIENT]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT4H", T0 + timedelta(hours=4)),
        ("2026-11-20T12:00", T0 + timedelta(hours=2)),
        ("${hours(2)}", T0 + timedelta(hours=2)),
        ("${when}", T0 + timedelta(days=1)),
        ("${nothing}", None),
    ],
)
def test_due_dates(engine: Engine, text: str, expected: Any) -> None:
    data = {"when": (T0 + timedelta(days=1)).isoformat(), "nothing": None}
    assert assigned(engine, data, candidateGroups="desk", dueDate=text).due_at == expected


def test_a_due_date_that_is_none_refuses_the_whole_command(engine: Engine) -> None:
    deploy(
        engine,
        drawing("p", [start("s"), user("a", candidateGroups="desk", dueDate="${when}"), end("e")], ["s -> a -> e"]),
    )
    before = everything(engine)
    with pytest.raises(InvalidTime):
        open_ticket(engine, "p", {"when": "soon"})
    assert everything(engine) == before


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, 50), (0, 0), (100, 100), (-1, 0), (101, 100), ("70", 70), ("high", 50), ([1], 50), (10**12, 100), (7.9, 7)],
)
def test_priorities_are_bounded(engine: Engine, value: Any, expected: int) -> None:
    assert assigned(engine, {"p": value}, candidateGroups="desk", priority="${p}").priority == expected


def test_a_literal_priority(engine: Engine) -> None:
    assert assigned(engine, candidateGroups="desk", priority="90").priority == 90
