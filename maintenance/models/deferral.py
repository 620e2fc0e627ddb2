"""The typed facts of an application for a deferral."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base


class Deferral(Base):
    """暂缓: what an approval beside a ticket is about. It has no state of its own; the instance has."""

    __tablename__ = "deferral"
    __table_args__ = (
        Index("ix_deferral_root", "root_id", "lodged_at"),
        CheckConstraint("granted_until IS NULL OR decided_at IS NOT NULL", name="decided"),
    )

    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), primary_key=True, autoincrement=False)
    root_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))  # the ticket
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the client (业主)
    applicant_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # null: the engine
    reason: Mapped[str] = mapped_column(String(60))  # maintenance.deferral_reasons
    explanation: Mapped[str] = mapped_column(String(2000))
    photos: Mapped[list[str]] = mapped_column(default=list)  # ids of attachments
    lodged_at: Mapped[datetime]  # server time; in time or late is judged by this
    requested_until: Mapped[datetime]
    decided_at: Mapped[datetime | None]  # null while pending, and for ever when the ticket ended before
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    granted_until: Mapped[datetime | None]  # null: refused, or not decided
