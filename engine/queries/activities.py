"""What a case has done: each execution of an element of its diagrams, in order, called processes included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select

from engine.authorization import Actor
from engine.models import ProcessDefinition, ProcessInstance, UserTask
from engine.queries.history import HistoryItem, history
from engine.queries.paging import Page

Outcome = Literal["completed", "cancelled"]
OUTCOMES: Mapping[str, Outcome] = {
    "task_completed": "completed",
    "element_completed": "completed",
    "element_cancelled": "cancelled",
}
"""Fact -> how the execution ended."""
HUMAN = "userTask"  # what the completion of a human step does not say


@dataclass(frozen=True)
class ActivityItem:
    """One execution that has ended. An element that was done again, in a loop, stands here again."""

    element_id: str
    name: str | None
    kind: str  # as BPMN calls it, e.g. "serviceTask"
    outcome: Outcome
    run: int | None  # 1, 2, 3 … of a repeated element
    instance_id: int  # of a called process its own
    process_key: str
    started_at: datetime | None  # of a human step, when it was offered; UTC
    at: datetime  # when it ended; UTC
    seq: int  # the row of history it was written in
    actor: str  # sign-in name; "engine" for the engine itself


def activities(
    connection: Connection,
    actor: Actor,
    instance_id: int,
    *,
    outcome: Outcome | None = "completed",
    after: str | None = None,
    limit: int = 100,
) -> Page[ActivityItem]:
    """Oldest first; `limit` and `after` count rows of history, of which each may end several executions or none.

    `outcome` None: completed and cancelled ones. Raises NotFound, also for a case the actor may not see.
    """
    page = history(connection, actor, instance_id, after=after, limit=limit)
    ended = [
        (row, fact)
        for row in page.items
        for fact in row.facts
        if fact["type"] in OUTCOMES and outcome in (None, OUTCOMES[fact["type"]])
    ]
    keys = _process_keys(connection, instance_id)
    offered = _offered(connection, (fact["task"] for _, fact in ended if "task" in fact))
    return Page([_item(row, fact, keys, offered) for row, fact in ended], page.next)


def _item(
    row: HistoryItem, fact: dict[str, Any], keys: Mapping[int | None, tuple[int, str]], offered: Mapping[str, datetime]
) -> ActivityItem:
    id_, key = keys[fact.get("instance")]
    return ActivityItem(
        element_id=fact["element"],
        name=fact.get("name"),
        kind=fact.get("kind", HUMAN),
        outcome=OUTCOMES[fact["type"]],
        run=fact.get("run"),
        instance_id=id_,
        process_key=key,
        started_at=offered.get(fact.get("task", "")),
        at=row.at,
        seq=row.seq,
        actor=row.actor,
    )


def _process_keys(connection: Connection, instance_id: int) -> dict[int | None, tuple[int, str]]:
    """Instance -> (its id, its process); None: the ticket itself, which facts do not name."""
    instance, definition = ProcessInstance.__table__, ProcessDefinition.__table__
    root = select(instance.c.root_id).where(instance.c.id == instance_id).scalar_subquery()
    rows = connection.execute(
        select(instance.c.id, instance.c.root_id, definition.c.key)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(instance.c.root_id == root)
    )
    return {(None if id_ == root_id else id_): (id_, key) for id_, root_id, key in rows}


def _offered(connection: Connection, task_ids: Iterable[str]) -> dict[str, datetime]:
    rows = connection.execute(select(UserTask.id, UserTask.created_at).where(UserTask.id.in_(list(task_ids))))
    return {id_: at for id_, at in rows}
