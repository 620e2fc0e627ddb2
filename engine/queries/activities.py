"""What a case has done: the elements of its diagram that were completed, in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.authorization import Actor
from engine.queries.history import history
from engine.queries.paging import Page

COMPLETED = frozenset({"task_completed", "element_completed"})


@dataclass(frozen=True)
class ActivityItem:
    """One completion. An element that was done again, in a loop, stands here again."""

    element_id: str
    name: str | None
    at: datetime  # UTC
    seq: int  # the row of history it was written in
    actor: str  # sign-in name; "engine" for the engine itself


def activities(
    connection: Connection, actor: Actor, instance_id: int, *, after: str | None = None, limit: int = 100
) -> Page[ActivityItem]:
    """Oldest first; `limit` and `after` count rows of history, of which each may complete several elements or none.

    Raises NotFound, also for a case the actor may not see.
    """
    page = history(connection, actor, instance_id, after=after, limit=limit)
    items = [
        ActivityItem(fact["element"], fact.get("name"), row.at, row.seq, row.actor)
        for row in page.items
        for fact in row.facts
        if fact["type"] in COMPLETED
    ]
    return Page(items, page.next)
