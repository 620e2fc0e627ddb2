"""关联工单: the cases that belong to a case, as far as the reader may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, literal, select, union_all

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import CaseLink, ProcessInstance
from engine.visibility import visible


@dataclass(frozen=True)
class LinkItem:
    """One related case, seen from the case that was asked for. `linked_at` is UTC."""

    kind: str
    way: Literal["forth", "back"]  # forth: the case asked for is the source; see engine/links.py
    id: int  # of the other case
    number: str | None
    title: str
    state: str
    linked_at: datetime


def case_links(connection: Connection, actor: Actor, instance_id: int) -> list[LinkItem]:
    """Oldest link first; bounded by engine.links.MAX_LINKS. Raises NotFound, also for a case one may not see."""
    root, link = ProcessInstance.__table__, CaseLink.__table__
    root_id = connection.scalar(select(root.c.root_id).where(root.c.id == instance_id, visible(root, actor)))
    if root_id is None:
        raise NotFound(what=nouns.CASE)
    ways = [
        select(link.c.id, link.c.kind, literal(way).label("way"), other.label("other"), link.c.linked_at).where(
            this == root_id
        )
        for way, this, other in (
            ("forth", link.c.source_id, link.c.target_id),
            ("back", link.c.target_id, link.c.source_id),
        )
    ]
    found = union_all(*ways).subquery()
    query = (
        select(found.c.kind, found.c.way, root.c.id, root.c.business_key, root.c.title, root.c.state, found.c.linked_at)
        .join(root, root.c.id == found.c.other)
        .where(visible(root, actor))
        .order_by(found.c.linked_at, found.c.id)
    )
    return [LinkItem(*row) for row in connection.execute(query)]
