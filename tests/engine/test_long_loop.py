"""A case that goes round 3,000 times through the real engine: constant bytes and statements, and the right end."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, func, select

from engine.audit import verify
from engine.commands.complete_task import complete_task
from engine.engine import Engine
from engine.models import HistoryEvent, ProcessInstance, UserTask
from tests.engine.drawings import LOOP
from tests.engine.statements import counted
from tests.factories import KEY, actor, deploy, facts, fetch, open_tasks, open_ticket, told

ROUNDS = 3_000


@pytest.fixture
def hasty(sqlite_engine: Engine) -> Engine:
    """An engine that does not wait for the disk at each commit: this test does not pull the plug."""

    @event.listens_for(sqlite_engine.database.engine, "connect")
    def do_not_wait(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF").close()

    sqlite_engine.database.dispose()
    return sqlite_engine


def test_three_thousand_rounds(hasty: Engine) -> None:
    engine, clerk = hasty, actor("clerk1")
    deploy(engine, LOOP)
    ticket = open_ticket(engine, "loop").instance_id
    sizes: dict[int, int] = {}
    statements: set[int] = set()
    for round_ in range(1, ROUNDS + 1):
        task = open_tasks(engine, ticket)["a"]
        with counted(engine.database) as sent:
            engine.run(complete_task, clerk, task, {"done": round_ == ROUNDS})
        if round_ < ROUNDS:
            statements.add(len(sent))
        if round_ in (3, 500, 1_500, ROUNDS - 1):
            sizes[round_] = fetch(engine, select(func.length(ProcessInstance.execution)))[0][0]
    assert statements == {6}
    assert sizes[500] - sizes[3] == len("500") - len("3")  # the counter itself grows
    assert sizes[1_500] == sizes[ROUNDS - 1] == sizes[500] + 1
    row = fetch(engine, select(ProcessInstance.state, ProcessInstance.execution, ProcessInstance.history_seq))[0]
    assert tuple(row) == ("completed", None, ROUNDS + 1)
    assert fetch(engine, select(func.count()).select_from(UserTask.__table__))[0][0] == ROUNDS
    assert fetch(engine, select(func.count(HistoryEvent.seq)))[0][0] == ROUNDS + 1
    assert facts(engine, ticket)[-2:] == [("element_completed", "e"), ("instance_completed", None)]
    assert told(engine, ticket)[-1].seq == ROUNDS + 1
    with engine.read() as connection:
        assert verify(connection, KEY).damages == ()
