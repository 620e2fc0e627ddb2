"""The diagram of one case: the bytes of its own version, and where its tokens stand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, union

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import Job, ProcessDefinition, ProcessInstance, Subscription, UserTask
from engine.visibility import visible

root: Any = ProcessInstance.__table__


def case_diagram(connection: Connection, actor: Actor, root_id: int) -> bytes:
    """As it was published. Raises NotFound, also for a case the actor may not see."""
    query = (
        select(ProcessDefinition.content)
        .join(root, root.c.definition_id == ProcessDefinition.id)
        .where(root.c.id == root_id, root.c.root_id == root.c.id, visible(root, actor))
    )
    content = connection.scalar(query)
    if content is None:
        raise NotFound(what=nouns.CASE)
    return content


def standing_at(connection: Connection, instance_id: int) -> frozenset[str]:
    """Ids of the elements at which one instance waits: a step, a time, a call, an event; not those of what it calls.

    The caller has checked that the case may be seen.
    """
    tables: tuple[Any, ...] = (Job.__table__, Subscription.__table__)
    steps = select(UserTask.element_id).where(UserTask.instance_id == instance_id, UserTask.state == "open")
    others = (select(table.c.element_id).where(table.c.instance_id == instance_id) for table in tables)
    return frozenset(connection.scalars(union(steps, *others)))
