"""One case: what it is, its open tasks, its armed timers, who takes part, and what the engine could not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import Incident, Job, ProcessDefinition, ProcessInstance, Subscription, User, UserTask
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
    end_reason: str | None
    tasks: list[OpenTaskItem]
    timers: list[TimerItem]
    participants: list[ParticipantItem]
    incidents: list[IncidentItem]  # unresolved
    calls: list[CallItem] = field(default_factory=list)  # outside, on their way
    events: list[EventItem] = field(default_factory=list)  # waited for
    called: list[CalledItem] = field(default_factory=list)  # of a ticket all below it, of others those next below


def instance_detail(connection: Connection, actor: Actor, instance_id: int) -> InstanceDetail:
    """Of a ticket everything below it, too; of a called instance what is its own. Who sees the ticket sees both.

    Raises NotFound, also for a case the actor may not see.
    """
    one = ProcessInstance.__table__
    ticket = one.alias("ticket")
    row = connection.execute(
        instances()
        .add_columns(one.c.end_reason, one.c.root_id)
        .join(ticket, ticket.c.id == one.c.root_id)
        .where(one.c.id == instance_id, visible(ticket, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what=nouns.CASE)
    of = _Of(instance_id, row.root_id)
    return InstanceDetail(
        InstanceItem(*row[:-2]),
        row.end_reason,
        _tasks(connection, of),
        _timers(connection, of),
        participants_of(connection, row.root_id),
        _incidents(connection, of),
        _calls(connection, of),
        _events(connection, of),
        _called(connection, of),
    )


@dataclass(frozen=True)
class _Of:
    """Whose rows are asked for."""

    instance_id: int
    root_id: int

    def rows(self, table: Any) -> ColumnElement[bool]:
        """Of a table with instance_id and root_id."""
        whole = self.instance_id == self.root_id
        found: ColumnElement[bool] = (
            table.c.root_id == self.root_id if whole else table.c.instance_id == self.instance_id
        )
        return found


def _tasks(connection: Connection, of: _Of) -> list[OpenTaskItem]:
    task, user = UserTask.__table__, User.__table__
    query = (
        select(task.c.id, task.c.element_id, task.c.name, user.c.display_name, task.c.due_at, task.c.created_at)
        .outerjoin(user, user.c.id == task.c.assignee_id)
        .where(of.rows(task), task.c.state == "open")
        .order_by(task.c.created_at, task.c.id)
    )
    rows = connection.execute(query).all()
    free = [row.id for row in rows if row.display_name is None]
    offered = candidates(connection, free) if free else {}
    return [OpenTaskItem(*row, offered.get(row.id, NOBODY)) for row in rows]


def _timers(connection: Connection, of: _Of) -> list[TimerItem]:
    job = Job.__table__
    query = (
        select(job.c.id, job.c.element_id, job.c.due_at, job.c.state)
        .where(of.rows(job), job.c.kind == "timer")
        .order_by(job.c.due_at, job.c.id)
    )
    return [TimerItem(*row) for row in connection.execute(query)]


def _calls(connection: Connection, of: _Of) -> list[CallItem]:
    job = Job.__table__
    query = (
        select(job.c.id, job.c.element_id, job.c.armed_at, job.c.attempts, job.c.state)
        .where(of.rows(job), job.c.kind == "service")
        .order_by(job.c.armed_at, job.c.id)
    )
    return [CallItem(*row) for row in connection.execute(query)]


def _incidents(connection: Connection, of: _Of) -> list[IncidentItem]:
    incident = Incident.__table__
    columns = (incident.c.id, incident.c.job_id, incident.c.element_id, incident.c.code, incident.c.message)
    query = (
        select(*columns, incident.c.created_at)
        .where(of.rows(incident), incident.c.resolved_at.is_(None))
        .order_by(incident.c.id)
    )
    return [IncidentItem(*row) for row in connection.execute(query)]


def _events(connection: Connection, of: _Of) -> list[EventItem]:
    table = Subscription.__table__
    columns = (table.c.id, table.c.element_id, table.c.kind, table.c.name, table.c.created_at)
    query = select(*columns).where(of.rows(table)).order_by(table.c.created_at, table.c.id)
    return [EventItem(*row) for row in connection.execute(query)]


def _called(connection: Connection, of: _Of) -> list[CalledItem]:
    """Those that have a caller: an instance that only shares the ticket stands for itself."""
    one, definition = ProcessInstance.__table__, ProcessDefinition.__table__
    columns = (one.c.id, one.c.parent_id, definition.c.key, definition.c.name, definition.c.version, one.c.state)
    below = (
        and_(one.c.root_id == of.root_id, one.c.parent_id.is_not(None))
        if of.instance_id == of.root_id
        else one.c.parent_id == of.instance_id
    )
    query = select(*columns, one.c.started_at, one.c.ended_at).join(definition, definition.c.id == one.c.definition_id)
    return [CalledItem(*row) for row in connection.execute(query.where(below).order_by(one.c.id))]
