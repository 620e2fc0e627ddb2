"""What people of the demo city do to tickets beside their steps. A new kind of act is one entry of ACTS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from api.demo.faults import DEFERRALS
from engine.authorization import Actor
from engine.commands.add_comment import add_comment
from engine.commands.complete_task import complete_task
from engine.commands.start_beside import start_beside
from engine.commands.suspend_instance import suspend_instance
from engine.engine import Engine
from engine.models import UserTask
from maintenance.deferral_application import PROCESS
from maintenance.models import Deferral

Act = Callable[[Engine, Actor, int, str], None]
"""(engine, who, ticket, words)."""
DEFERRED_BY = timedelta(hours=24)


def _comment(engine: Engine, who: Actor, ticket: int, words: str) -> None:
    engine.run(add_comment, who, ticket, words)


def _suspend(engine: Engine, who: Actor, ticket: int, words: str) -> None:
    engine.run(suspend_instance, who, ticket, words)


def _defer(engine: Engine, who: Actor, ticket: int, words: str) -> None:
    """Apply for a deferral. `words`: the explanation, one of DEFERRALS."""
    with engine.read() as connection:
        until = engine.resources.clock.now(connection) + DEFERRED_BY
    form = {"reason": DEFERRALS[words], "explanation": words, "requested_until": until.isoformat()}
    engine.run(start_beside, who, ticket, PROCESS, form)


def _grant(engine: Engine, who: Actor, ticket: int, words: str) -> None:
    with engine.read() as connection:
        asked = connection.scalar(select(Deferral.requested_until).where(Deferral.root_id == ticket))
    until = None if asked is None else asked.isoformat()
    _review(engine, who, ticket, {"decision": "approve", "granted_until": until, "decision_note": words})


def _refuse(engine: Engine, who: Actor, ticket: int, words: str) -> None:
    _review(engine, who, ticket, {"decision": "refuse", "decision_note": words})


def _review(engine: Engine, who: Actor, ticket: int, form: Mapping[str, Any]) -> None:
    task = select(UserTask.id).where(
        UserTask.root_id == ticket, UserTask.element_id == "review", UserTask.state == "open"
    )
    with engine.read() as connection:
        task_id = connection.scalars(task).one()
    engine.run(complete_task, who, task_id, form)


ACTS: Mapping[str, Act] = {
    "comment": _comment,
    "suspend": _suspend,
    "defer": _defer,
    "grant": _grant,
    "refuse": _refuse,
}
