"""The messages that a ticket waits for: what somebody may bring it now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.models import Subscription
from engine.outbox import case_key


@dataclass(frozen=True)
class AwaitedMessage:
    """One message, however many events of the ticket wait for it."""

    name: str  # e.g. "fault.recurred"
    element_id: str  # of the event that has waited longest


def awaited_messages(connection: Connection, root_id: int) -> list[AwaitedMessage]:
    """Those that are meant by naming the ticket, oldest first. The caller has checked that the case may be seen."""
    table = Subscription.__table__
    query = select(table.c.name, table.c.element_id).where(
        table.c.root_id == root_id, table.c.kind == "message", table.c.correlation == case_key(root_id)
    )
    first: dict[str, AwaitedMessage] = {}
    for row in connection.execute(query.order_by(table.c.created_at, table.c.id)):
        first.setdefault(row.name, AwaitedMessage(*row))
    return list(first.values())
