"""Work that is due at a time, and what the engine could not do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId

WAITING = text("state = 'waiting'")


class Job(Base):
    """作业: a due timer, an outgoing call, a message on its way; the only truth about time.

    The id of a timer's or a call's job is the id of the token that waits for it.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_due", "run_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_job_instance", "instance_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    root_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    kind: Mapped[str] = mapped_column(String(20))  # timer, service, message, signal, delivery, start
    element_id: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(20))  # waiting, failed
    armed_at: Mapped[datetime]  # when the timer began to wait
    due_at: Mapped[datetime]  # what the drawing asked for
    run_at: Mapped[datetime]  # when a worker takes it: due_at, later by back-off after a failed try or while leased
    firings: Mapped[int] = mapped_column(default=0)  # of a repeating timer, so far
    attempts: Mapped[int] = mapped_column(default=0)  # failed tries since the last success
    inputs: Mapped[str | None] = mapped_column(Text)  # JSON: what a service is called with, or what is handed on
    lease: Mapped[str | None] = mapped_column(String(32))  # of the worker that calls the service now, until run_at


class Incident(Base):
    """引擎异常: the engine could not go on with a job. A broken camera is never an Incident."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_open", "organisation_id", "resolved_at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    root_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), index=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    job_id: Mapped[str] = mapped_column(String(32), index=True)
    element_id: Mapped[str] = mapped_column(String(255))
    code: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
