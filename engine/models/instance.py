"""Running and ended cases, and the organisations that may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId

INNER = text("parent_id IS NOT NULL")


class ProcessInstance(Base):
    """流程实例. The root instance is the ticket; its row is the only thing a command locks."""

    __tablename__ = "process_instance"
    __table_args__ = (
        UniqueConstraint("organisation_id", "business_key"),
        Index("ix_process_instance_list", "organisation_id", "state", "id"),
        Index("ix_process_instance_root", "root_id"),
        Index("ix_process_instance_call", "parent_id", "parent_task_id", sqlite_where=INNER, postgresql_where=INNER),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the client (业主)
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"), index=True)
    root_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"))  # itself for a root; set when saved
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"))  # the case that called this one …
    parent_task_id: Mapped[str | None] = mapped_column(String(32))  # … and its token that waits; null: runs beside it
    business_key: Mapped[str | None] = mapped_column(String(60))  # 工单号
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))  # active, completed, cancelled
    execution: Mapped[bytes | None] = mapped_column(LargeBinary)  # the token mover's state; dropped when ended
    fields: Mapped[dict[str, Any]]  # declared business fields; lists filter by them
    started_at: Mapped[datetime]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(500))
    suspended_at: Mapped[datetime | None]  # of a root: nobody works on the case until it is resumed
    suspended_reason: Mapped[str | None] = mapped_column(String(500))
    history_seq: Mapped[int] = mapped_column(default=0)  # of the last history row of this root
    history_head: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # its HMAC


class Participant(Base):
    """参与单位: an organisation that may see a case, since when and why."""

    __tablename__ = "participant"

    root_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(60))  # raised, contract, task, clock

    __table_args__ = (Index("ix_participant_organisation", "organisation_id", "root_id"),)
