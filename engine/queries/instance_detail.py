"""One case: what it is, its open tasks, its armed timers, who takes part, and what the engine could not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import Incident, Job, ProcessInstance, User, UserTask
from engine.queries.candidates import NOBODY, Candidates, candidates
from engine.queries.instance_list import InstanceItem, instances
from engine.queries.participants import ParticipantItem, participants_of
from engine.visibility import Sight, reader, sight, visible_by


@dataclass(frozen=True)
class OpenTaskItem:
    id: str
    element_id: str
    name: str
    assignee: str | None  # display name
    due_at: datetime | None
    created_at: datetime
    candidates: Candidates = NOBODY  # while nobody has claimed it


@dataclass(frozen=True)
class TimerItem:
    id: str
    element_id: str
    due_at: datetime
    state: str  # waiting, failed


@dataclass(frozen=True)
class CallItem:
    """An outside call that has not come back."""

    id: str  # the job
    element_id: str
    requested_at: datetime
    attempts: int  # failed ones
    state: str  # waiting, failed


@dataclass(frozen=True)
class IncidentItem:
    id: int
    job_id: str
    element_id: str
    code: str
    message: str
    created_at: datetime


@dataclass(frozen=True)
class InstanceDetail:
    """Instants are UTC."""

    instance: InstanceItem
    organisation_id: int  # the client
    end_reason: str | None
    tasks: list[OpenTaskItem]
    timers: list[TimerItem]
    participants: list[ParticipantItem]
    incidents: list[IncidentItem]  # unresolved
    calls: list[CallItem] = field(default_factory=list)  # outside, on their way


_root, _task, _user = ProcessInstance.__table__, UserTask.__table__, User.__table__
_job, _incident = Job.__table__, Incident.__table__
_CASE: BindParameter[int] = bindparam("case")
_TASKS = (
    select(_task.c.id, _task.c.element_id, _task.c.name, _user.c.display_name, _task.c.due_at, _task.c.created_at)
    .outerjoin(_user, _user.c.id == _task.c.assignee_id)
    .where(_task.c.root_id == _CASE, _task.c.state == "open")
    .order_by(_task.c.created_at, _task.c.id)
)
_JOBS = (
    select(_job.c.id, _job.c.kind, _job.c.element_id, _job.c.armed_at, _job.c.due_at, _job.c.attempts, _job.c.state)
    .where(_job.c.root_id == _CASE)
    .order_by(_job.c.due_at, _job.c.id)
)
_INCIDENTS = (
    select(*(_incident.c[name] for name in ("id", "job_id", "element_id", "code", "message", "created_at")))
    .where(_incident.c.root_id == _CASE, _incident.c.resolved_at.is_(None))
    .order_by(_incident.c.id)
)


@cache
def _one(kind: Sight) -> Select[Any]:
    query: Select[Any] = instances().add_columns(_root.c.organisation_id, _root.c.end_reason)
    return query.where(_root.c.id == _CASE, visible_by(_root, kind))


def instance_detail(connection: Connection, actor: Actor, instance_id: int) -> InstanceDetail:
    """Raises NotFound, also for a case the actor may not see."""
    case = {"case": instance_id}
    row = connection.execute(_one(sight(actor)), {**case, **reader(actor)}).one_or_none()
    if row is None:
        raise NotFound(what=nouns.CASE)
    jobs = connection.execute(_JOBS, case).all()
    return InstanceDetail(
        InstanceItem(*row[:-2]),
        row[-2],
        row[-1],
        _tasks(connection, case),
        [TimerItem(job.id, job.element_id, job.due_at, job.state) for job in jobs if job.kind == "timer"],
        participants_of(connection, instance_id),
        [IncidentItem(*found) for found in connection.execute(_INCIDENTS, case)],
        [
            CallItem(job.id, job.element_id, job.armed_at, job.attempts, job.state)
            for job in sorted(jobs, key=lambda job: (job.armed_at, job.id))
            if job.kind == "service"
        ],
    )


def _tasks(connection: Connection, case: dict[str, int]) -> list[OpenTaskItem]:
    rows = connection.execute(_TASKS, case).all()
    free = [row.id for row in rows if row.display_name is None]
    offered = candidates(connection, free) if free else {}
    return [OpenTaskItem(*row, offered.get(row.id, NOBODY)) for row in rows]
