"""履历: in order, page by page, as it was written."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.commands.add_comment import add_comment
from engine.engine import Engine
from engine.errors import Invalid
from engine.models import HistoryEvent
from engine.queries.history import HistoryItem, history
from engine.queries.paging import encode
from tests.conftest import T0
from tests.engine.drawings import ONE_STEP
from tests.factories import actor, deploy, fetch, open_ticket


@pytest.fixture
def ticket(engine: Engine) -> int:
    """A case with its start and seven comments, and another case beside it."""
    deploy(engine, ONE_STEP)
    ticket, other = (open_ticket(engine, "one_step").instance_id for _ in range(2))
    for number in range(7):
        engine.run(add_comment, actor("clerk2"), ticket, f"{number}")
        engine.run(add_comment, actor("clerk2"), other, "elsewhere")
    return ticket


@pytest.mark.parametrize("limit", [1, 3, 7, 8, 100])
def test_pages_hold_every_row_once_in_order(engine: Engine, ticket: int, limit: int) -> None:
    found, after, pages = list[int](), None, 0
    with engine.read() as connection:
        while True:
            page = history(connection, actor("clerk1"), ticket, after=after, limit=limit)
            found += [item.seq for item in page.items]
            assert len(found) <= 8
            after, pages = page.next, pages + 1
            if after is None:
                break
    assert found == [1, 2, 3, 4, 5, 6, 7, 8]
    assert pages == -(-8 // limit)


def test_a_row(engine: Engine, ticket: int) -> None:
    with engine.read() as connection:
        item = history(connection, actor("clerk1"), ticket).items[3]
    stored = fetch(engine, select(HistoryEvent.hash).where(HistoryEvent.root_id == ticket, HistoryEvent.seq == 4))
    assert item == HistoryItem(
        seq=4,
        at=T0,
        actor="clerk2",
        actor_name="CLERK2",
        command="add_comment",
        facts=[{"type": "commented", "text": "2"}],
        hash=stored[0].hash.hex(),
    )


def test_what_the_engine_did(engine: Engine, ticket: int) -> None:
    engine.run(add_comment, ENGINE, ticket, "x")
    with engine.read() as connection:
        item = history(connection, actor("clerk1"), ticket).items[-1]
    assert (item.actor, item.actor_name) == ("engine", "engine")


@pytest.mark.parametrize("after", ["x", encode("5"), encode(1, 2)])
def test_a_bad_cursor_is_refused_in_words(engine: Engine, ticket: int, after: str) -> None:
    with engine.read() as connection, pytest.raises(Invalid):
        history(connection, actor("clerk1"), ticket, after=after)
