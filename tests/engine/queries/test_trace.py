"""The bare trace: ids in order, page by page."""

from __future__ import annotations

import pytest

from engine.commands.complete_task import complete_task
from engine.engine import Engine
from engine.queries.trace import trace
from tests.engine.definition.drawings import drawing, end, start, user
from tests.engine.events import all_tasks
from tests.factories import actor, deploy, open_ticket


def test_pages_hold_every_step_once_in_order(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [user(id_, candidateGroups="desk") for id_ in ("a", "b")]
    deploy(engine, drawing("line", [start("s"), *steps, end("e")], ["s -> a -> b -> e"]))
    ticket = open_ticket(engine, "line").instance_id
    for id_ in ("a", "b"):
        engine.run(complete_task, actor("clerk1"), all_tasks(engine, ticket)[id_], {})
    monkeypatch.setattr("engine.queries.trace.ROWS", 1)
    pages, after = [], None
    with engine.read() as connection:
        for _ in range(3):
            page = trace(connection, actor("clerk1"), ticket, after=after)
            pages.append(page.items)
            after = page.next
    assert (pages, after) == ([["s"], ["a"], ["b", "e"]], None)
