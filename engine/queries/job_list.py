"""作业: timers, calls and messages that wait or have failed, in the order in which workers take them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, literal, select, tuple_

from engine.authorization import Actor
from engine.models import Job, ProcessInstance, UtcDateTime
from engine.queries.paging import Page, decode, encode, read_page
from engine.visibility import visible


@dataclass(frozen=True)
class JobItem:
    """One job. Instants are UTC."""

    id: str
    root_id: int  # the ticket
    instance_id: int
    number: str | None  # 工单号
    title: str
    kind: str
    element_id: str
    state: str  # waiting, failed
    due_at: datetime
    run_at: datetime  # when a worker takes it: later than due after a failed try
    attempts: int  # failed ones


def job_list(
    connection: Connection,
    actor: Actor,
    now: datetime,
    *,
    state: str | None = None,
    kind: str | None = None,
    late: bool = False,
    after: str | None = None,
    limit: int = 20,
) -> Page[JobItem]:
    """Of cases the actor may see. `late`: only those that a worker should have taken before `now`."""
    job, root = Job.__table__, ProcessInstance.__table__
    query: Any = (
        select(
            *(job.c.id, job.c.root_id, job.c.instance_id, root.c.business_key, root.c.title, job.c.kind),
            *(job.c.element_id, job.c.state, job.c.due_at, job.c.run_at, job.c.attempts),
        )
        .join(root, root.c.id == job.c.root_id)
        .where(visible(root, actor))
    )
    if state:
        query = query.where(job.c.state == state)
    if kind:
        query = query.where(job.c.kind == kind)
    if late:
        query = query.where(job.c.state == "waiting", job.c.run_at < now)
    if after:
        at, id_ = decode(after, datetime, str)
        query = query.where(tuple_(job.c.run_at, job.c.id) > tuple_(literal(at, UtcDateTime()), literal(id_)))
    query = query.order_by(job.c.run_at, job.c.id)
    return read_page(
        connection, query, limit, lambda row: JobItem(*row), lambda row: encode(row.run_at.isoformat(), row.id)
    )
