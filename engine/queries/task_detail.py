"""One task, for the page on which it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import ProcessInstance, TaskCandidate, User, UserTask
from engine.visibility import visible


@dataclass(frozen=True)
class TaskDetail:
    """Instants are UTC."""

    id: str
    instance_id: int
    root_id: int
    definition_id: int  # of its own instance: a called process has another than the ticket
    element_id: str
    name: str
    form_key: str | None
    state: str
    assignee_id: int | None
    assignee: str | None  # display name
    due_at: datetime | None
    created_at: datetime
    completed_at: datetime | None
    draft: dict[str, Any] | None
    number: str | None  # 工单号
    title: str
    fields: dict[str, Any]
    groups: tuple[str, ...]  # candidate groups
    may_claim: bool
    may_complete: bool
    suspended_reason: str | None = None  # why nobody works on the ticket now


def task_detail(connection: Connection, actor: Actor, task_id: str) -> TaskDetail:
    """Raises NotFound, also for a task of a case the actor may not see.

    A draft is seen by the person who typed it, and nobody else.
    """
    row = _row(connection, actor, task_id)
    candidate = TaskCandidate.__table__
    offered = connection.execute(
        select(candidate.c.group_key, candidate.c.user_id).where(candidate.c.task_id == task_id)
    ).all()
    named = any(one.user_id == actor.id or one.group_key in actor.groups for one in offered)
    is_open, is_mine = row["state"] == "open", row["assignee_id"] == actor.id
    workable = is_open and row["suspended_reason"] is None
    free = workable and row["assignee_id"] is None and named
    return TaskDetail(
        id=row["id"],
        instance_id=row["instance_id"],
        root_id=row["root_id"],
        definition_id=row["definition_id"],
        element_id=row["element_id"],
        name=row["name"],
        form_key=row["form_key"],
        state=row["state"],
        assignee_id=row["assignee_id"],
        assignee=row["display_name"],
        due_at=row["due_at"],
        created_at=row["created_at"],
        completed_at=row["completed_at"],
        draft=orjson.loads(row["draft"]) if row["draft"] and row["draft_by"] == actor.id else None,
        number=row["business_key"],
        title=row["title"],
        fields=row["fields"],
        groups=tuple(sorted(one.group_key for one in offered if one.group_key is not None)),
        may_claim=free,
        may_complete=free or (workable and is_mine),
        suspended_reason=row["suspended_reason"],
    )


def _row(connection: Connection, actor: Actor, task_id: str) -> Mapping[Any, Any]:
    """The task with its ticket and its assignee's name. Raises NotFound."""
    task, root, user = UserTask.__table__, ProcessInstance.__table__, User.__table__
    own = root.alias("own")
    of_root = (own.c.definition_id, root.c.business_key, root.c.title, root.c.fields, root.c.suspended_reason)
    query = (
        select(task, *of_root, user.c.display_name)
        .join(root, root.c.id == task.c.root_id)
        .join(own, own.c.id == task.c.instance_id)
        .outerjoin(user, user.c.id == task.c.assignee_id)
        .where(task.c.id == task_id, visible(root, actor))
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(what=nouns.TASK)
    return row
