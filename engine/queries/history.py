"""履历: what happened to a case, in order, as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import HistoryEvent, ProcessInstance, User
from engine.queries.paging import MAX_LIMIT, Page, decode, encode, read_page
from engine.visibility import visible


@dataclass(frozen=True)
class HistoryItem:
    """One command's row. `at` is UTC."""

    seq: int
    at: datetime
    actor: str  # sign-in name; "engine" for the engine itself
    actor_name: str  # display name
    command: str
    facts: list[dict[str, Any]]
    hash: str  # hex


def history(
    connection: Connection, actor: Actor, instance_id: int, *, after: str | None = None, limit: int = 100
) -> Page[HistoryItem]:
    """The whole ticket's, whichever of its instances is named, oldest first.

    Raises NotFound, also for a case the actor may not see.
    """
    root = ProcessInstance.__table__
    one = root.alias("named")
    of_ticket = select(root.c.id).join(one, one.c.root_id == root.c.id)
    root_id = connection.scalar(of_ticket.where(one.c.id == instance_id, visible(root, actor)))
    if root_id is None:
        raise NotFound(what=nouns.CASE)
    event, user = HistoryEvent.__table__, User.__table__
    query = (
        select(
            event.c.seq,
            event.c.at,
            event.c.actor_name,
            user.c.display_name,
            event.c.command,
            event.c.facts,
            event.c.hash,
        )
        .outerjoin(user, user.c.id == event.c.actor_id)
        .where(event.c.root_id == root_id)
    )
    if after:
        (seq,) = decode(after, int)
        query = query.where(event.c.seq > seq)
    return read_page(connection, query.order_by(event.c.seq), limit, _item, lambda row: encode(row.seq))


def whole_history(connection: Connection, actor: Actor, instance_id: int) -> list[HistoryItem]:
    """Every row of a ticket, oldest first. Raises NotFound."""
    items, after = list[HistoryItem](), None
    while True:
        page = history(connection, actor, instance_id, after=after, limit=MAX_LIMIT)
        items += page.items
        if page.next is None:
            return items
        after = page.next


def _item(row: Row[Any]) -> HistoryItem:
    name = row.display_name or row.actor_name
    return HistoryItem(row.seq, row.at, row.actor_name, name, row.command, orjson.loads(row.facts), row.hash.hex())
