"""One case: what it is, its open tasks, its armed timers, who takes part, and what the engine could not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import Incident, Job, ProcessInstance, User, UserTask
from engine.queries.candidates import NOBODY, Candidates, candidates
from engine.queries.instance_list import InstanceItem, instances
from engine.queries.participants import ParticipantItem, participants_of
from engine.visibility import visible


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
    end_reason: str | None
    tasks: list[OpenTaskItem]
    timers: list[TimerItem]
    participants: list[ParticipantItem]
    incidents: list[IncidentItem]  # unresolved
    calls: list[CallItem] = field(default_factory=list)  # outside, on their way


def instance_detail(connection: Connection, actor: Actor, instance_id: int) -> InstanceDetail:
    """Raises NotFound, also for a case the actor may not see."""
    root = ProcessInstance.__table__
    row = connection.execute(
        instances().add_columns(root.c.end_reason).where(root.c.id == instance_id, visible(root, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what=nouns.CASE)
    return InstanceDetail(
        InstanceItem(*row[:-1]),
        row[-1],
        _tasks(connection, instance_id),
        _timers(connection, instance_id),
        participants_of(connection, instance_id),
        _incidents(connection, instance_id),
        _calls(connection, instance_id),
    )


def _tasks(connection: Connection, root_id: int) -> list[OpenTaskItem]:
    task, user = UserTask.__table__, User.__table__
    query = (
        select(task.c.id, task.c.element_id, task.c.name, user.c.display_name, task.c.due_at, task.c.created_at)
        .outerjoin(user, user.c.id == task.c.assignee_id)
        .where(task.c.root_id == root_id, task.c.state == "open")
        .order_by(task.c.created_at, task.c.id)
    )
    rows = connection.execute(query).all()
    free = [row.id for row in rows if row.display_name is None]
    offered = candidates(connection, free) if free else {}
    return [OpenTaskItem(*row, offered.get(row.id, NOBODY)) for row in rows]


def _timers(connection: Connection, root_id: int) -> list[TimerItem]:
    job = Job.__table__
    query = (
        select(job.c.id, job.c.element_id, job.c.due_at, job.c.state)
        .where(job.c.root_id == root_id, job.c.kind == "timer")
        .order_by(job.c.due_at, job.c.id)
    )
    return [TimerItem(*row) for row in connection.execute(query)]


def _calls(connection: Connection, root_id: int) -> list[CallItem]:
    job = Job.__table__
    query = (
        select(job.c.id, job.c.element_id, job.c.armed_at, job.c.attempts, job.c.state)
        .where(job.c.root_id == root_id, job.c.kind == "service")
        .order_by(job.c.armed_at, job.c.id)
    )
    return [CallItem(*row) for row in connection.execute(query)]


def _incidents(connection: Connection, root_id: int) -> list[IncidentItem]:
    incident = Incident.__table__
    columns = (incident.c.id, incident.c.job_id, incident.c.element_id, incident.c.code, incident.c.message)
    query = (
        select(*columns, incident.c.created_at)
        .where(incident.c.root_id == root_id, incident.c.resolved_at.is_(None))
        .order_by(incident.c.id)
    )
    return [IncidentItem(*row) for row in connection.execute(query)]
