"""One case: what it is, its open tasks, its armed timers, who takes part, and what the engine could not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, and_, bindparam, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import Incident, Job, ProcessDefinition, ProcessInstance, Subscription, User, UserTask
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
class EventItem:
    """A message or signal that is waited for."""

    id: str
    element_id: str
    kind: str  # message, signal
    name: str
    since: datetime


@dataclass(frozen=True)
class CalledItem:
    """An instance that this one has called, or one of those has."""

    id: int
    parent_id: int
    process_key: str
    process_name: str
    version: int
    state: str
    started_at: datetime
    ended_at: datetime | None


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
    root_id: int  # the ticket; of a ticket itself its own
    end_reason: str | None
    tasks: list[OpenTaskItem]
    timers: list[TimerItem]
    participants: list[ParticipantItem]
    incidents: list[IncidentItem]  # unresolved
    calls: list[CallItem] = field(default_factory=list)  # outside, on their way
    events: list[EventItem] = field(default_factory=list)  # waited for
    called: list[CalledItem] = field(default_factory=list)  # of a ticket all below it, of others those next below


_root, _task, _user = ProcessInstance.__table__, UserTask.__table__, User.__table__
_job, _incident, _event = Job.__table__, Incident.__table__, Subscription.__table__
_ticket, _definition = _root.alias("ticket"), ProcessDefinition.__table__
_CASE: BindParameter[int] = bindparam("case")
_ROOT: BindParameter[int] = bindparam("root")


@cache
def _one(kind: Sight) -> Select[Any]:
    query: Select[Any] = instances().add_columns(_root.c.organisation_id, _root.c.end_reason, _root.c.root_id)
    query = query.join(_ticket, _ticket.c.id == _root.c.root_id)
    return query.where(_root.c.id == _CASE, visible_by(_ticket, kind))


@dataclass(frozen=True)
class _Statements:
    """What is asked of a whole ticket, or of one instance alone."""

    tasks: Select[Any]
    jobs: Select[Any]
    incidents: Select[Any]
    events: Select[Any]
    called: Select[Any]


@cache
def _statements(whole: bool) -> _Statements:
    def of(table: Any) -> ColumnElement[bool]:
        return table.c.root_id == _ROOT if whole else and_(table.c.root_id == _ROOT, table.c.instance_id == _CASE)

    tasks = (
        select(_task.c.id, _task.c.element_id, _task.c.name, _user.c.display_name, _task.c.due_at, _task.c.created_at)
        .outerjoin(_user, _user.c.id == _task.c.assignee_id)
        .where(of(_task), _task.c.state == "open")
        .order_by(_task.c.created_at, _task.c.id)
    )
    jobs = select(*(_job.c[name] for name in ("id", "kind", "element_id", "armed_at", "due_at", "attempts", "state")))
    incidents = select(*(_incident.c[one] for one in ("id", "job_id", "element_id", "code", "message", "created_at")))
    events = select(*(_event.c[name] for name in ("id", "element_id", "kind", "name", "created_at")))
    called = select(
        _root.c.id,
        _root.c.parent_id,
        _definition.c.key,
        _definition.c.name,
        _definition.c.version,
        _root.c.state,
        _root.c.started_at,
        _root.c.ended_at,
    ).join(_definition, _definition.c.id == _root.c.definition_id)
    below = _root.c.root_id == _ROOT if whole else _root.c.parent_id == _CASE
    return _Statements(
        tasks,
        jobs.where(of(_job)).order_by(_job.c.due_at, _job.c.id),
        incidents.where(of(_incident), _incident.c.resolved_at.is_(None)).order_by(_incident.c.id),
        events.where(of(_event)).order_by(_event.c.created_at, _event.c.id),
        called.where(below, _root.c.parent_id.is_not(None)).order_by(_root.c.id),
    )


def instance_detail(connection: Connection, actor: Actor, instance_id: int) -> InstanceDetail:
    """Of a ticket everything below it, too; of another instance what is its own. Who sees the ticket sees both.

    Raises NotFound, also for a case the actor may not see.
    """
    row = connection.execute(_one(sight(actor)), {"case": instance_id, **reader(actor)}).one_or_none()
    if row is None:
        raise NotFound(what=nouns.CASE)
    case = {"case": instance_id, "root": row.root_id}
    ask = _statements(row.root_id == instance_id)
    jobs = connection.execute(ask.jobs, case).all()
    return InstanceDetail(
        InstanceItem(*row[:-3]),
        row.organisation_id,
        row.root_id,
        row.end_reason,
        _tasks(connection, ask.tasks, case),
        [TimerItem(job.id, job.element_id, job.due_at, job.state) for job in jobs if job.kind == "timer"],
        participants_of(connection, row.root_id),
        [IncidentItem(*found) for found in connection.execute(ask.incidents, case)],
        [
            CallItem(job.id, job.element_id, job.armed_at, job.attempts, job.state)
            for job in sorted(jobs, key=lambda job: (job.armed_at, job.id))
            if job.kind == "service"
        ],
        [EventItem(*found) for found in connection.execute(ask.events, case)],
        [CalledItem(*found) for found in connection.execute(ask.called, case)],
    )


def _tasks(connection: Connection, query: Select[Any], case: dict[str, int]) -> list[OpenTaskItem]:
    rows = connection.execute(query, case).all()
    free = [row.id for row in rows if row.display_name is None]
    offered = candidates(connection, free) if free else {}
    return [
        OpenTaskItem(
            row.id,
            row.element_id,
            row.name,
            row.display_name,
            row.due_at,
            row.created_at,
            offered.get(row.id, NOBODY),
        )
        for row in rows
    ]
