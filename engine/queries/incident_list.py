"""引擎异常: what the engine could not do, for operators, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.authorization import Actor
from engine.models import Incident, ProcessInstance, User
from engine.queries.paging import Page, read_newest
from engine.visibility import visible


@dataclass(frozen=True)
class IncidentItem:
    """Instants are UTC."""

    id: int
    root_id: int  # the ticket
    number: str | None  # 工单号
    title: str
    job_id: str
    element_id: str
    code: str
    message: str
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None  # display name


def incident_list(
    connection: Connection, actor: Actor, *, resolved: bool | None = False, after: str | None = None, limit: int = 20
) -> Page[IncidentItem]:
    """Of cases the actor may see. `resolved` None: both kinds."""
    incident, root, user = Incident.__table__, ProcessInstance.__table__, User.__table__
    query = (
        select(
            *(incident.c.id, incident.c.root_id, root.c.business_key, root.c.title),
            *(incident.c.job_id, incident.c.element_id, incident.c.code, incident.c.message),
            *(incident.c.created_at, incident.c.resolved_at, user.c.display_name),
        )
        .join(root, root.c.id == incident.c.root_id)
        .outerjoin(user, user.c.id == incident.c.resolved_by)
        .where(visible(root, actor))
    )
    if resolved is not None:
        query = query.where(incident.c.resolved_at.is_not(None) if resolved else incident.c.resolved_at.is_(None))
    return read_newest(connection, query, incident.c.id, after, limit, IncidentItem)
