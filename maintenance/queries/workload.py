"""Who may be given work, and how much each of them has: the crew of a dispatch desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, or_, select

from engine.authorization import Actor
from engine.models import Membership, Organisation, ProcessInstance, Role, User, UserTask
from engine.visibility import visible
from maintenance.partners import partners

MAX_CREW = 200


@dataclass(frozen=True)
class Member:
    """One person who may be given work, with the open tasks that the asking actor may see."""

    username: str
    name: str
    organisation: str  # its name
    open: int
    late: int  # of these, past their due time
    next_due: datetime | None  # of these, the earliest due time (UTC)


def crew(connection: Connection, actor: Actor, group: str, now: datetime) -> list[Member]:
    """Active people of a group in the actor's organisation and in those that work for it, the least busy first."""
    task, root = UserTask.__table__, ProcessInstance.__table__
    late = func.coalesce(func.sum(case((task.c.due_at < now, 1), else_=0)), 0)
    load = (
        select(task.c.assignee_id, func.count().label("open"), late.label("late"), func.min(task.c.due_at).label("due"))
        .join(root, root.c.id == task.c.root_id)
        .where(task.c.state == "open", task.c.assignee_id.is_not(None), visible(root, actor))
        .group_by(task.c.assignee_id)
        .subquery()
    )
    count = func.coalesce(load.c.open, 0)
    ours = or_(
        User.organisation_id == actor.organisation_id,
        User.organisation_id.in_(partners(actor.organisation_id or 0, now)),
    )
    query = (
        select(User.username, User.display_name, Organisation.name, count, func.coalesce(load.c.late, 0), load.c.due)
        .join(Organisation, Organisation.id == User.organisation_id)
        .join(Membership, Membership.user_id == User.id)
        .join(Role, Role.id == Membership.role_id)
        .outerjoin(load, load.c.assignee_id == User.id)
        .where(Role.name == group, User.active, ours)
        .order_by(count, User.display_name, User.id)
        .limit(MAX_CREW)
    )
    return [Member(*row) for row in connection.execute(query)]
