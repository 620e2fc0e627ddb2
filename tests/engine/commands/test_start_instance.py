"""Starting a ticket: its rows, its number and title, its first tasks and timers, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.start_instance import start_instance
from engine.engine import Engine
from engine.errors import Forbidden, Invalid, NotFound
from engine.models import Job, Participant, ProcessDefinition, ProcessInstance, TaskCandidate, UserTask
from tests.conftest import T0
from tests.engine.definition.drawings import drawing, end, start, user
from tests.engine.drawings import ONE_STEP, SHARED, SPLIT, TWO_STEPS
from tests.factories import CLIENT, CONTRACTOR, OTHER_CLIENT, actor, deploy, everything, fetch, open_ticket, told


def test_a_ticket_has_its_row_its_number_and_its_title(engine: Engine) -> None:
    definition = deploy(engine, TWO_STEPS)
    started = open_ticket(engine, "two_steps", {"note": "路口", "unknown": 1})
    assert (started.business_key, started.title) == (f"LB-20261120-{started.instance_id:05d}", "路口 的工单")
    row = fetch(engine, select(ProcessInstance.__table__))[0]
    assert (row.id, row.root_id, row.organisation_id) == (started.instance_id, started.instance_id, CLIENT)
    assert (row.definition_id, row.state, row.fields) == (definition.definition_id, "active", {"note": "路口"})
    assert (row.business_key, row.title) == (started.business_key, started.title)
    assert (row.started_at, row.started_by, row.ended_at, row.end_reason) == (T0, actor("clerk1").id, None, None)
    assert row.history_seq == 1
    assert isinstance(row.execution, bytes)


def test_the_day_in_the_number_is_that_of_the_calendar(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, ONE_STEP)
    clock.move_to(T0 + timedelta(hours=13, minutes=59))  # 23:59 in Shanghai
    assert open_ticket(engine, "one_step").business_key.startswith("WF-20261120-")
    clock.move_to(T0 + timedelta(hours=14))
    assert open_ticket(engine, "one_step").business_key.startswith("WF-20261121-")


def test_the_first_task_is_offered_to_its_candidates(engine: Engine) -> None:
    deploy(engine, TWO_STEPS)
    started = open_ticket(engine, "two_steps", {"note": "x"})
    task = fetch(engine, select(UserTask.__table__))[0]
    assert (task.instance_id, task.root_id, task.organisation_id) == (started.instance_id, started.instance_id, CLIENT)
    assert (task.element_id, task.name, task.form_key, task.state) == ("a", "登记", "note", "open")
    assert (task.assignee_id, task.priority, task.due_at, task.created_at) == (None, 50, None, T0)
    assert len(task.id) == 32
    candidates = fetch(engine, select(TaskCandidate.task_id, TaskCandidate.group_key, TaskCandidate.user_id))
    assert [tuple(row) for row in candidates] == [(task.id, "desk", None)]


def test_tasks_side_by_side_and_a_timer(engine: Engine) -> None:
    deploy(engine, SPLIT)
    started = open_ticket(engine, "split")
    tasks = fetch(engine, select(UserTask.element_id).order_by(UserTask.element_id))
    assert [row.element_id for row in tasks] == ["a", "b"]
    (job,) = fetch(engine, select(Job.__table__))
    due = T0 + timedelta(minutes=10)
    assert (job.element_id, job.kind, job.state, job.armed_at) == ("late", "timer", "waiting", T0)
    assert (job.due_at, job.run_at, job.firings, job.attempts) == (due, due, 0, 0)
    assert (job.instance_id, job.root_id, job.organisation_id) == (started.instance_id, started.instance_id, CLIENT)


def test_history_has_one_row_with_every_fact(engine: Engine) -> None:
    deploy(engine, SPLIT)
    started = open_ticket(engine, "split")
    (item,) = told(engine, started.instance_id)
    assert (item.seq, item.at, item.actor, item.command) == (1, T0, "clerk1", "start_instance")
    assert [(fact["type"], fact.get("element")) for fact in item.facts] == [
        ("instance_started", None),
        ("participant_added", None),
        ("element_completed", "s"),
        ("element_completed", "fork"),
        ("task_created", "a"),
        ("task_created", "b"),
        ("timer_armed", "late"),
    ]
    assert item.facts[0] == {"type": "instance_started", "key": "split", "number": started.business_key, "data": {}}
    assert item.facts[-1]["due"] == (T0 + timedelta(minutes=10)).isoformat()


def test_who_raised_it_and_who_is_invited_take_part(engine: Engine) -> None:
    deploy(engine, SHARED)
    started = open_ticket(engine, "shared")
    columns = (Participant.organisation_id, Participant.reason, Participant.since)
    rows = fetch(engine, select(*columns).where(Participant.root_id == started.instance_id).order_by(columns[0]))
    assert [tuple(row) for row in rows] == [(CLIENT, "raised", T0), (CONTRACTOR, "contract", T0)]


def test_the_engine_itself_may_start_and_takes_no_part(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    engine.run(start_instance, ENGINE, CLIENT, "one_step", {})
    assert fetch(engine, select(Participant.root_id)) == []
    assert fetch(engine, select(ProcessInstance.started_by))[0].started_by is None


def test_numbers_do_not_meet(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    numbers = {open_ticket(engine, "one_step").business_key for _ in range(5)}
    assert len(numbers) == 5


def test_what_is_refused_stores_nothing(engine: Engine) -> None:
    deploy(engine, TWO_STEPS)
    before = everything(engine)
    with pytest.raises(Invalid) as invalid:
        open_ticket(engine, "two_steps", {"note": 5})
    assert list(invalid.value.fields) == ["note"]
    with pytest.raises(Forbidden, match=r"case\.start"):
        engine.run(start_instance, actor("clerk1", permissions=frozenset({"case.read"})), CLIENT, "two_steps", {})
    with pytest.raises(NotFound):
        open_ticket(engine, "unknown")
    with pytest.raises(NotFound):
        open_ticket(engine, "two_steps", {"note": "x"}, organisation_id=OTHER_CLIENT)
    assert everything(engine) == before


def test_long_names_of_a_drawing_are_cut(engine: Engine) -> None:
    """A column holds so many letters; SQLite would not mind, PostgreSQL refuses the row."""
    content = drawing(
        "long",
        [start("s"), user("a", "步" * 300, candidateGroups="desk"), end("e")],
        ["s -> a -> e"],
        name="流" * 300,
        properties={"case.prefix": "P" * 100, "case.title": "题" * 300},
    )
    deploy(engine, content)
    started = open_ticket(engine, "long")
    assert started.title == "题" * 200
    assert started.business_key == f"{'P' * 20}-20261120-{started.instance_id:05d}"
    assert fetch(engine, select(ProcessDefinition.name))[0].name == "流" * 200
    assert fetch(engine, select(UserTask.name))[0].name == "步" * 200


def test_nobody_starts_at_another_organisation_unless_its_kind_of_case_allows(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    before = everything(engine)
    for name in ("outsider", "stranger", "fitter"):
        with pytest.raises(NotFound):
            engine.run(start_instance, actor(name), CLIENT, "one_step", {})
    assert everything(engine) == before
