"""工单: filters, search and pages."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from engine.authorization import ENGINE
from engine.commands.cancel_instance import cancel_instance
from engine.engine import Engine
from engine.errors import Invalid
from engine.models import ProcessInstance
from engine.queries.instance_list import InstanceItem, instance_list
from engine.queries.paging import encode
from engine.unit_of_work import UnitOfWork
from tests.conftest import T0
from tests.engine.drawings import ONE_STEP, TWO_STEPS
from tests.factories import actor, deploy, open_ticket


@pytest.fixture
def tickets(engine: Engine) -> list[int]:
    """Five cases; the second is cancelled, the last two are of another process and raised by clerk2."""
    deploy(engine, ONE_STEP)
    deploy(engine, TWO_STEPS)
    found = [open_ticket(engine, "one_step").instance_id for _ in range(3)]
    found += [open_ticket(engine, "two_steps", {"note": note}, by="clerk2").instance_id for note in ("100%", "a_b")]
    engine.run(cancel_instance, actor("chief"), found[1], "x")
    return found


def listed(engine: Engine, **arguments: Any) -> list[int]:
    with engine.read() as connection:
        return [item.id for item in instance_list(connection, actor("clerk1"), **arguments).items]


def test_newest_first(engine: Engine, tickets: list[int]) -> None:
    assert listed(engine) == tickets[::-1]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"state": "active"}, [4, 3, 2, 0]),
        ({"state": "cancelled"}, [1]),
        ({"state": "completed"}, []),
        ({"key": "two_steps"}, [4, 3]),
        ({"key": "unknown"}, []),
        ({"started_by_me": True}, [2, 1, 0]),
        ({"started_by_me": True, "state": "active", "key": "one_step"}, [2, 0]),
        ({"search": "%"}, [3]),
        ({"search": "_"}, [4, 2, 1, 0]),  # the title of the others is "one_step"
        ({"search": "a_B "}, [4]),
        ({"search": "/"}, []),
        ({"search": "LB-"}, [4, 3]),
        ({"search": "的工单"}, [4, 3]),
        ({"search": "\0"}, [4, 3, 2, 1, 0]),
        ({"search": "a\ud800_b"}, [4]),
    ],
)
def test_filters(engine: Engine, tickets: list[int], arguments: dict[str, Any], expected: list[int]) -> None:
    assert listed(engine, **arguments) == [tickets[number] for number in expected]


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_pages(engine: Engine, tickets: list[int], limit: int) -> None:
    found, after = list[int](), None
    with engine.read() as connection:
        while True:
            page = instance_list(connection, actor("clerk1"), after=after, limit=limit)
            assert 0 < len(page.items) <= limit
            found += [item.id for item in page.items]
            assert len(found) <= len(tickets)
            after = page.next
            if after is None:
                break
    assert found == tickets[::-1]


def test_new_cases_do_not_push_old_ones_onto_the_next_page(engine: Engine, tickets: list[int]) -> None:
    with engine.read() as connection:
        page = instance_list(connection, actor("clerk1"), limit=2)
    open_ticket(engine, "one_step")
    assert listed(engine, after=page.next) == tickets[2::-1]


def test_a_row(engine: Engine, tickets: list[int]) -> None:
    with engine.read() as connection:
        item = instance_list(connection, actor("clerk1"), key="two_steps", limit=1).items[0]
    assert item == InstanceItem(
        id=tickets[4],
        number=f"LB-20261120-{tickets[4]:05d}",
        title="a_b 的工单",
        state="active",
        process_key="two_steps",
        process_name="两步",
        version=1,
        started_at=T0,
        started_by="CLERK2",
        ended_at=None,
        fields={"note": "a_b"},
    )


def test_only_root_instances_are_listed(engine: Engine, tickets: list[int]) -> None:
    def adopt(uow: UnitOfWork) -> None:
        child = update(ProcessInstance).where(ProcessInstance.id == tickets[4]).values(root_id=tickets[0])
        uow.connection.execute(child)

    engine.run(adopt, ENGINE)
    assert listed(engine) == tickets[3::-1]


@pytest.mark.parametrize("after", ["x", encode("5"), encode(T0.isoformat(), "a"), encode(-1)])
def test_a_bad_cursor_is_refused_in_words(engine: Engine, after: str) -> None:
    with pytest.raises(Invalid):
        listed(engine, after=after)
