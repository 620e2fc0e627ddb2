"""审批: the applications for a deferral that wait for a person's decision, the ticket that is due first on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from engine.authorization import Actor
from engine.models import ProcessInstance, TaskCandidate, User, UserTask
from engine.visibility import visible
from maintenance.models import Deferral, Point, SlaClock, WorkOrder

REVIEW = "delay_review"
"""The form of the step that decides."""
MOST = 200


@dataclass(frozen=True)
class WaitingApproval:
    """One application whose review is open to the reader. Instants are UTC."""

    task_id: str
    root_id: int
    number: str | None  # 工单号
    point: str
    symptom: str
    applicant: str | None  # display name
    reason: str  # maintenance.deferral_reasons
    lodged_at: datetime
    requested_until: datetime
    assignee: str | None  # display name of who has claimed it
    due_at: datetime | None  # the ticket's next due time


def waiting_approvals(connection: Connection, actor: Actor, limit: int = MOST) -> list[WaitingApproval]:
    """Reviews that the actor has claimed or may claim; one's own applications are somebody else's to decide."""
    task, root, deferral = UserTask.__table__, ProcessInstance.__table__, Deferral.__table__
    applicant, assignee = aliased(User), aliased(User)
    due = (
        select(func.min(SlaClock.due_at))
        .where(SlaClock.root_id == task.c.root_id, SlaClock.stopped_at.is_(None))
        .correlate(task)
        .scalar_subquery()
    )
    query = (
        select(task.c.id, task.c.root_id, root.c.business_key, Point.name, WorkOrder.symptom, applicant.display_name)
        .add_columns(deferral.c.reason, deferral.c.lodged_at, deferral.c.requested_until, assignee.display_name)
        .add_columns(due.label("due"))
        .join(deferral, deferral.c.instance_id == task.c.instance_id)
        .join(root, root.c.id == task.c.root_id)
        .join(WorkOrder, WorkOrder.instance_id == root.c.id)
        .join(Point, Point.id == WorkOrder.point_id)
        .outerjoin(applicant, applicant.id == deferral.c.applicant_id)
        .outerjoin(assignee, assignee.id == task.c.assignee_id)
        .where(*_waits(actor), visible(root, actor))
        .order_by(due.asc().nulls_last(), deferral.c.lodged_at, task.c.id)
        .limit(limit)
    )
    return [WaitingApproval(*row) for row in connection.execute(query)]


def count_approvals(connection: Connection, actor: Actor) -> int:
    """How many rows `waiting_approvals` would give without a limit."""
    task, root, deferral = UserTask.__table__, ProcessInstance.__table__, Deferral.__table__
    joined = task.join(deferral, deferral.c.instance_id == task.c.instance_id).join(root, root.c.id == task.c.root_id)
    query = select(func.count()).select_from(joined).where(*_waits(actor), visible(root, actor))
    return connection.scalar(query) or 0


def _waits(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    task, deferral, candidate = UserTask.__table__, Deferral.__table__, TaskCandidate.__table__
    offered = exists().where(
        candidate.c.task_id == task.c.id,
        or_(candidate.c.group_key.in_(sorted(actor.groups)), candidate.c.user_id == actor.id),
    )
    mine = or_(task.c.assignee_id == actor.id, and_(task.c.assignee_id.is_(None), offered))
    other = or_(deferral.c.applicant_id.is_(None), deferral.c.applicant_id != actor.id)
    return task.c.state == "open", task.c.form_key == REVIEW, deferral.c.decided_at.is_(None), mine, other
