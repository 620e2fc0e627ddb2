"""流程: versions newest first, by key, page by page, and the bytes as they came."""

from __future__ import annotations

import pytest

from engine.engine import Engine
from engine.errors import Invalid
from engine.queries.definition_list import DefinitionItem, definition_content, definition_list
from tests.conftest import T0
from tests.engine.drawings import ONE_STEP, TWO_STEPS
from tests.factories import actor, deploy


@pytest.fixture
def published(engine: Engine) -> list[int]:
    contents = [ONE_STEP, TWO_STEPS, ONE_STEP.replace(b'"a"', b'"b"'), ONE_STEP.replace(b'"a"', b'"c"')]
    return [deploy(engine, content).definition_id for content in contents]


def test_newest_first(engine: Engine, published: list[int]) -> None:
    with engine.read() as connection:
        items = definition_list(connection, actor("clerk1")).items
    assert [item.id for item in items] == published[::-1]
    assert [(item.key, item.version) for item in items] == [
        ("one_step", 3),
        ("one_step", 2),
        ("two_steps", 1),
        ("one_step", 1),
    ]
    assert items[2] == DefinitionItem(published[1], "organisation9001", "two_steps", 1, "两步", items[2].sha256, T0)


def test_by_key_and_page_by_page(engine: Engine, published: list[int]) -> None:
    with engine.read() as connection:
        first = definition_list(connection, actor("clerk1"), key="one_step", limit=2)
        second = definition_list(connection, actor("clerk1"), key="one_step", limit=2, after=first.next)
        assert [item.version for item in first.items + second.items] == [3, 2, 1]
        assert second.next is None
        with pytest.raises(Invalid):
            definition_list(connection, actor("clerk1"), after="x")


def test_the_bytes_as_they_came(engine: Engine, published: list[int]) -> None:
    with engine.read() as connection:
        assert definition_content(connection, actor("clerk1"), published[1]) == TWO_STEPS
