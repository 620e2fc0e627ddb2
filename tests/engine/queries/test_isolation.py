"""Who sees what: every query for every kind of person, of one's own organisation and of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine.authorization import ENGINE, Actor
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.start_instance import start_instance
from engine.engine import Engine
from engine.errors import NotFound
from engine.models import Participant, ProcessDefinition
from engine.queries.definition_list import definition_content, definition_list
from engine.queries.history import history
from engine.queries.instance_detail import instance_detail
from engine.queries.instance_list import instance_list
from engine.queries.task_detail import task_detail
from engine.queries.task_list import TABS, task_counts, task_list
from engine.unit_of_work import UnitOfWork
from tests.engine.queries.scene import Scene, set_scene
from tests.factories import CLIENT, OTHER_CLIENT, OTHER_CONTRACTOR, actor, fetch

SEES = {
    "clerk1": {"own", "shared", "reported"},
    "clerk2": {"own", "shared", "reported"},
    "chief": {"own", "shared", "reported"},
    "reporter": {"reported"},
    "fitter": {"shared"},
    "foreman": {"shared"},
    "helper": set(),  # of the contractor, but sees only what he or she works on
    "outsider": set(),
    "stranger": {"foreign"},
}
"""Person -> the cases of the scene that are there for him or her."""

CASES = ("own", "shared", "reported", "foreign")


@pytest.fixture
def scene(engine: Engine) -> Scene:
    return set_scene(engine)


def seen(engine: Engine, who: Actor, query: Callable[..., Any], *arguments: Any) -> bool:
    with engine.read() as connection:
        try:
            query(connection, who, *arguments)
        except NotFound:
            return False
        return True


@pytest.mark.parametrize("name", SEES)
def test_a_case_is_there_or_it_is_not(engine: Engine, scene: Scene, name: str) -> None:
    who = actor(name)
    for query, argument in (
        (instance_detail, lambda case: case),
        (history, lambda case: case),
        (task_detail, lambda case: scene.tasks[case]),
    ):
        found = {case for case in CASES if seen(engine, who, query, argument(getattr(scene, case)))}
        assert found == SEES[name], query
    with engine.read() as connection:
        listed = {item.id for item in instance_list(connection, who).items}
    assert listed == {getattr(scene, case) for case in SEES[name]}


def test_the_engine_sees_all_and_an_impostor_nothing(engine: Engine, scene: Scene) -> None:
    impostor = Actor(None, "engine", None, permissions=frozenset({"*", "case.read"}))
    with engine.read() as connection:
        assert len(instance_list(connection, ENGINE).items) == 4
        assert instance_list(connection, impostor).items == []
        assert len(definition_list(connection, ENGINE).items) == 4
        assert definition_list(connection, impostor).items == []
    assert not seen(engine, impostor, instance_detail, scene.own)
    assert seen(engine, ENGINE, history, scene.foreign)


def test_what_is_not_there_is_not_there(engine: Engine) -> None:
    who = actor("chief")
    for query, argument in ((instance_detail, 999), (history, 999), (task_detail, "0" * 32), (definition_content, 999)):
        assert not seen(engine, who, query, argument)


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("clerk2", {"own", "reported"}),
        ("fitter", {"shared"}),
        ("foreman", set()),
        ("outsider", set()),  # a fitter too, but of a contractor that takes no part
        ("stranger", {"foreign"}),  # on the desk too, of another client
        ("helper", set()),
        ("reporter", set()),
    ],
)
def test_tasks_are_offered_within_what_one_may_see(engine: Engine, scene: Scene, name: str, cases: set[str]) -> None:
    with engine.read() as connection:
        found = {item.root_id for item in task_list(connection, actor(name), "candidate").items}
        assert task_counts(connection, actor(name)) == {"mine": 0, "candidate": len(cases), "done": 0}
    assert found == {getattr(scene, case) for case in cases}


def test_who_works_on_a_case_sees_it_without_the_permission(engine: Engine, scene: Scene) -> None:
    helper = actor("helper")
    assert not seen(engine, helper, instance_detail, scene.shared)
    seeing = actor("helper", permissions=actor("fitter").permissions)
    engine.run(claim_task, seeing, scene.tasks[scene.shared])
    assert seen(engine, helper, instance_detail, scene.shared)
    engine.run(complete_task, helper, scene.tasks[scene.shared], {})
    assert seen(engine, helper, instance_detail, scene.shared)
    assert seen(engine, helper, history, scene.shared)
    with engine.read() as connection:
        assert [item.root_id for item in task_list(connection, helper, "done").items] == [scene.shared]


def test_who_changes_the_organisation_leaves_the_cases_behind(engine: Engine, scene: Scene) -> None:
    """Neither the list of one's own tasks nor that of the done ones shows another organisation's cases."""
    engine.run(complete_task, actor("fitter"), scene.tasks[scene.shared], {})
    engine.run(claim_task, actor("clerk2"), scene.tasks[scene.own])
    for name in ("fitter", "clerk2"):
        moved = actor(name, organisation_id=OTHER_CONTRACTOR)
        with engine.read() as connection:
            assert [task_list(connection, moved, tab).items for tab in TABS] == [[], [], []]
            assert task_counts(connection, moved) == {"mine": 0, "candidate": 0, "done": 0}
            assert sum(task_counts(connection, actor(name)).values()) >= 1


def test_who_has_raised_a_case_leaves_it_behind_too(engine: Engine, scene: Scene) -> None:
    moved = actor("reporter", organisation_id=OTHER_CONTRACTOR)
    assert not seen(engine, moved, instance_detail, scene.reported)
    with engine.read() as connection:
        assert instance_list(connection, moved).items == []


def test_a_case_that_nobody_raised_is_the_clients(engine: Engine, scene: Scene) -> None:
    ticket = engine.run(start_instance, ENGINE, CLIENT, "one_step", {}).instance_id
    assert [name for name in SEES if seen(engine, actor(name), instance_detail, ticket)] == [
        "clerk1",
        "clerk2",
        "chief",
    ]


def test_one_organisations_participation_opens_one_case(engine: Engine, scene: Scene) -> None:
    def invite(uow: UnitOfWork) -> None:
        values = {"root_id": scene.own, "organisation_id": OTHER_CONTRACTOR, "since": uow.now, "reason": "x"}
        uow.connection.execute(insert(Participant).values(values))

    engine.run(invite, ENGINE)
    outsider = actor("outsider")
    assert [case for case in CASES if seen(engine, outsider, instance_detail, getattr(scene, case))] == ["own"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("clerk1", CLIENT), ("reporter", CLIENT), ("stranger", OTHER_CLIENT), ("fitter", None), ("outsider", None)],
)
def test_definitions_are_the_own_organisations(engine: Engine, scene: Scene, name: str, expected: int | None) -> None:
    rows = fetch(engine, select(ProcessDefinition.id, ProcessDefinition.organisation_id))
    with engine.read() as connection:
        listed = {item.id for item in definition_list(connection, actor(name)).items}
    assert listed == {row.id for row in rows if row.organisation_id == expected}
    for row in rows:
        assert seen(engine, actor(name), definition_content, row.id) is (row.organisation_id == expected)
