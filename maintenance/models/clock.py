"""Clocks 计时: their pinned terms, the facts they are folded from, and the lights that were told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId

OPEN = text("stopped_at IS NULL")
STOPPED = text("stopped_at IS NOT NULL")


class SlaClock(Base):
    """One clock of a ticket. State and times are a cache of the fold; they follow from the facts, not from the hour."""

    __tablename__ = "sla_clock"
    __table_args__ = (
        UniqueConstraint("root_id", "key", "round"),
        CheckConstraint("state IN ('running', 'paused', 'met', 'breached', 'void')", name="state"),
        Index("ix_sla_clock_open", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_sla_clock_stopped", "stopped_at", sqlite_where=STOPPED, postgresql_where=STOPPED),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    root_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the client (业主)
    key: Mapped[str] = mapped_column(String(60))  # the stage
    round: Mapped[int] = mapped_column(default=1)  # a recurrence opens the next one; rework does not
    name: Mapped[str] = mapped_column(String(60))  # the stage in Chinese
    phase: Mapped[str] = mapped_column(String(255))  # id of the sub-process whose timers watch the clock
    terms: Mapped[dict[str, Any]]  # maintenance.clocks.terms.ClockTerms
    state: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # null while paused before it was due
    warn_at: Mapped[datetime | None]  # null while paused before it came
    stopped_at: Mapped[datetime | None]
    gapped: Mapped[bool] = mapped_column(default=False)  # late before an application: late for ever
    clearable: Mapped[bool] = mapped_column(default=False)  # a breach is provisional: maintenance.clocks.fold


class ClockEventRow(Base):
    """One immutable fact about a clock: maintenance.clocks.events.ClockEvent. Rows are only ever added."""

    __tablename__ = "clock_event"
    __table_args__ = (
        UniqueConstraint("clock_id", "seq"),
        CheckConstraint(
            "kind IN ('started', 'stopped', 'paused', 'resumed', 'applied', 'extended', 'refused', 'withdrawn', "
            "'retargeted', 'voided')",
            name="kind",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    clock_id: Mapped[int] = mapped_column(ForeignKey("sla_clock.id"))
    seq: Mapped[int]  # 1, 2, 3 … in the order they were recorded
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]  # when it took effect
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # null: the engine
    reason: Mapped[str] = mapped_column(String(500), default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ClockLight(Base):
    """One light of a clock that was told. The key makes it fire once, whoever comes first."""

    __tablename__ = "clock_light"
    __table_args__ = (CheckConstraint("level IN ('yellow', 'red')", name="level"),)

    clock_id: Mapped[int] = mapped_column(ForeignKey("sla_clock.id"), primary_key=True, autoincrement=False)
    threshold: Mapped[str] = mapped_column(String(30), primary_key=True)  # maintenance.clocks.thresholds
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    level: Mapped[str] = mapped_column(String(10))
    step: Mapped[int]
    at: Mapped[datetime]  # when it came
    recorded_at: Mapped[datetime]  # when it was told
    escalate_to: Mapped[str | None] = mapped_column(String(60))  # candidate group
