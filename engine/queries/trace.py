"""The bare trace of a case: ids of what was completed, one for each execution, for conformance tests."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import HistoryEvent, ProcessInstance
from engine.queries.activities import OUTCOMES
from engine.queries.paging import Page, decode, encode, page_of
from engine.visibility import visible

ROWS = 1_000  # of history, in one page


def trace(connection: Connection, actor: Actor, instance_id: int, *, after: str | None = None) -> Page[str]:
    """Element ids of the whole ticket in order, sub-processes and called processes included.

    Raises NotFound, also for a case the actor may not see.
    """
    root, event = ProcessInstance.__table__, HistoryEvent.__table__
    root_id = connection.scalar(select(root.c.root_id).where(root.c.id == instance_id, visible(root, actor)))
    if root_id is None:
        raise NotFound(what=nouns.CASE)
    query = select(event.c.seq, event.c.facts).where(event.c.root_id == root_id)
    if after:
        (seq,) = decode(after, int)
        query = query.where(event.c.seq > seq)
    rows = connection.execute(query.order_by(event.c.seq).limit(ROWS + 1)).all()
    page = page_of(rows, ROWS, _completed, lambda row: encode(row.seq))
    return Page([id_ for ids in page.items for id_ in ids], page.next)


def _completed(row: Row[Any]) -> list[str]:
    facts = orjson.loads(row.facts)
    return [str(fact["element"]) for fact in facts if OUTCOMES.get(fact["type"]) == "completed"]
