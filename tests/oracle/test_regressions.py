"""What the oracle has found, each on its own."""

from __future__ import annotations

from typing import Any, cast

import pytest
from sqlalchemy.exc import OperationalError

from engine.commands.complete_task import complete_task
from engine.engine import Engine
from tests.engine.conftest import engine as engine
from tests.engine.conftest import postgresql as postgresql
from tests.engine.drawings import ONE_STEP
from tests.factories import actor, deploy, facts, open_tasks, open_ticket


def test_after_a_commit_that_failed_the_next_command_passes(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk or a cut connection: nothing of the command is left, not even its lock."""
    deploy(engine, ONE_STEP)
    ticket = open_ticket(engine, "one_step").instance_id
    task = open_tasks(engine, ticket)["a"]
    dialect = cast(Any, engine.database.engine.dialect)

    def fail(connection: Any) -> None:
        if not engine.database.is_sqlite:
            connection.driver_connection.close()
        raise dialect.dbapi.OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(dialect, "do_commit", fail)
        with pytest.raises(OperationalError):
            engine.run(complete_task, actor("clerk1"), task, {})
    assert open_tasks(engine, ticket) == {"a": task}
    engine.run(complete_task, actor("clerk1"), task, {})
    assert facts(engine, ticket)[-1] == ("instance_completed", None)
