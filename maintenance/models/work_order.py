"""The typed facts of a fault ticket."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base


class WorkOrder(Base):
    """工单: what the root instance of a fault is about. It has no state of its own; the instance has."""

    __tablename__ = "work_order"
    __table_args__ = (Index("ix_work_order_reported", "reported_at"),)

    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the client (业主)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("policy_pack.id"))  # pinned when the ticket is created
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"), index=True)
    category: Mapped[str] = mapped_column(String(60))  # fault taxonomy, rulebook 7.3
    channel: Mapped[str] = mapped_column(String(30))  # how it was reported: hotline, group, remote
    symptom: Mapped[str] = mapped_column(String(2000))
    occurred_at: Mapped[datetime | None]  # as the reporter says
    reported_at: Mapped[datetime]  # server time; every clock of FC runs from here
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recurrences: Mapped[int] = mapped_column(default=0)  # of the same fault within its observation
    chargeable: Mapped[bool] = mapped_column(default=False)  # reported after the service period
