"""我的任务: order, tabs, search and pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.engine import Engine
from engine.errors import Invalid
from engine.models import ProcessInstance
from engine.queries.paging import encode
from engine.queries.task_list import Tab, TaskItem, task_counts, task_list
from engine.unit_of_work import UnitOfWork
from tests.conftest import T0
from tests.engine.definition.drawings import drawing, end, start, user
from tests.engine.drawings import TWO_STEPS
from tests.factories import actor, deploy, open_tasks, open_ticket

DUE = drawing(
    "due", [start("s"), user("a", "办理", candidateGroups="desk", dueDate="${due}"), end("e")], ["s -> a -> e"]
)


def listed(engine: Engine, tab: Tab, name: str = "clerk1", **arguments: object) -> list[TaskItem]:
    with engine.read() as connection:
        return task_list(connection, actor(name), tab, **arguments).items  # type: ignore[arg-type]


def pages(engine: Engine, tab: Tab, limit: int, search: str = "") -> list[list[int]]:
    """Case ids, page by page."""
    found, after = list[list[int]](), None
    while True:
        with engine.read() as connection:
            page = task_list(connection, actor("clerk1"), tab, after=after, limit=limit, search=search)
        found.append([item.root_id for item in page.items])
        assert len(found) <= 20  # else a page does not go on
        after = page.next
        if after is None:
            return found


@pytest.fixture
def tickets(engine: Engine) -> list[int]:
    """Seven cases; due after 5, 3, never, 3, 9, never, 1 hours."""
    deploy(engine, DUE)
    hours = [5, 3, None, 3, 9, None, 1]
    return [
        open_ticket(
            engine, "due", {"due": None if hour is None else (T0 + timedelta(hours=hour)).isoformat()}
        ).instance_id
        for hour in hours
    ]


def test_due_first_and_what_is_never_due_last(engine: Engine, tickets: list[int]) -> None:
    order = [item.root_id for item in listed(engine, "candidate")]
    numbers = [tickets.index(ticket) for ticket in order]
    assert numbers[0] == 6
    assert set(numbers[1:3]) == {1, 3}
    assert numbers[3:5] == [0, 4]
    assert set(numbers[5:]) == {2, 5}


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 100])
def test_pages_hold_every_row_once_in_order(engine: Engine, tickets: list[int], limit: int) -> None:
    whole = [item.root_id for item in listed(engine, "candidate", limit=100)]
    found = pages(engine, "candidate", limit)
    assert [ticket for page in found for ticket in page] == whole
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)


def test_a_page_goes_on_behind_what_was_shown_whatever_has_gone_meanwhile(engine: Engine, tickets: list[int]) -> None:
    whole = [item.root_id for item in listed(engine, "candidate")]
    with engine.read() as connection:
        page = task_list(connection, actor("clerk1"), "candidate", limit=3)
    engine.run(claim_task, actor("clerk2"), page.items[0].id)
    engine.run(claim_task, actor("clerk2"), page.items[2].id)
    rest = listed(engine, "candidate", after=page.next, limit=100)
    assert [item.root_id for item in rest] == whole[3:]


def test_tabs(engine: Engine, clock: ManualClock, tickets: list[int]) -> None:
    tasks = [open_tasks(engine, ticket)["a"] for ticket in tickets[:4]]
    engine.run(claim_task, actor("clerk1"), tasks[0])
    for minute, task in enumerate(tasks[1:4], 1):
        clock.move_to(T0 + timedelta(minutes=minute))
        engine.run(complete_task, actor("clerk1"), task, {})
    assert [item.root_id for item in listed(engine, "mine")] == [tickets[0]]
    assert [item.root_id for item in listed(engine, "done")] == [tickets[3], tickets[2], tickets[1]]
    assert pages(engine, "done", 2) == [[tickets[3], tickets[2]], [tickets[1]]]
    assert {item.root_id for item in listed(engine, "candidate")} == set(tickets[4:])
    assert [item.root_id for item in listed(engine, "candidate", case_id=tickets[5])] == [tickets[5]]
    assert listed(engine, "mine", case_id=tickets[5]) == []
    with engine.read() as connection:
        assert task_counts(connection, actor("clerk1")) == {"mine": 1, "candidate": 3, "done": 3}
        assert task_counts(connection, actor("clerk2")) == {"mine": 0, "candidate": 3, "done": 0}


def test_a_row_says_what_is_to_be_done(engine: Engine) -> None:
    deploy(engine, TWO_STEPS)
    started = open_ticket(engine, "two_steps", {"note": "路口"})
    task = open_tasks(engine, started.instance_id)["a"]
    engine.run(claim_task, actor("clerk1"), task)
    assert listed(engine, "mine") == [
        TaskItem(
            id=task,
            instance_id=started.instance_id,
            root_id=started.instance_id,
            number=started.business_key,
            title="路口 的工单",
            name="登记",
            element_id="a",
            state="open",
            assignee="CLERK1",
            due_at=None,
            created_at=T0,
            completed_at=None,
            fields={"note": "路口"},
        )
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", {0, 1, 2, 3, 4}),
        ("  ", {0, 1, 2, 3, 4}),
        ("%", {0}),
        ("_", {1}),
        ("100%", {0}),
        ("0_0", set()),
        ("a_b", {1}),
        ("\\", {2}),
        ("路口", {3, 4}),
        ("abc", {4}),
        ("ABC", {4}),
        ("'; --", set()),
        ("x" * 500, set()),
        ("WF-20261120", {0, 1, 2, 3, 4}),
        ("办理", {0, 1, 2, 3, 4}),
        ("\0", {0, 1, 2, 3, 4}),
        ("路\0\ud800口", {3, 4}),
    ],
)
def test_search_takes_every_letter_as_itself(engine: Engine, search: str, found: set[int]) -> None:
    deploy(engine, DUE)
    titles = ["100% done", "a_b", "back\\slash", "路口", "路口 ABC"]
    tickets = [open_ticket(engine, "due", {"due": None}).instance_id for _ in titles]

    def rename(uow: UnitOfWork) -> None:
        for ticket, title in zip(tickets, titles, strict=True):
            uow.connection.execute(update(ProcessInstance).where(ProcessInstance.id == ticket).values(title=title))

    engine.run(rename, ENGINE)
    assert {tickets.index(item.root_id) for item in listed(engine, "candidate", search=search)} == found


@pytest.mark.parametrize("after", ["x", encode(5), encode("2026-11-20T02:00:00", "a"), encode(T0.isoformat(), 5)])
def test_a_bad_cursor_is_refused_in_words(engine: Engine, after: str) -> None:
    with pytest.raises(Invalid):
        listed(engine, "mine", after=after)
