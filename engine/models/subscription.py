"""Who waits for messages and signals, and which processes something starts by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId


class Subscription(Base):
    """An event of a running case that waits for a message or signal. Its id is the waiting token's id."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index("ix_subscription_name", "organisation_id", "kind", "name", "correlation"),
        Index("ix_subscription_instance", "instance_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    root_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), index=True)
    element_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(20))  # message, signal
    name: Mapped[str] = mapped_column(String(100))
    correlation: Mapped[str | None] = mapped_column(String(200))  # of a message: who exactly waits; null for signals
    created_at: Mapped[datetime]


class StartTrigger(Base):
    """A start event of the newest version of a process that waits for a message, a signal or a time."""

    __tablename__ = "start_trigger"
    __table_args__ = (
        UniqueConstraint("organisation_id", "process_key", "element_id"),
        Index("ix_start_trigger_name", "organisation_id", "kind", "name"),
        Index("ix_start_trigger_due", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    process_key: Mapped[str] = mapped_column(String(100))
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"))
    element_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(20))  # message, signal, timer
    name: Mapped[str | None] = mapped_column(String(100))  # of the message or signal
    armed_at: Mapped[datetime]  # since when it waits: the publication
    due_at: Mapped[datetime | None]  # of a timer; null: no more
    firings: Mapped[int] = mapped_column(default=0)
