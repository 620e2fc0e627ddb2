"""The ledger 一机一档: points on the road, the devices that stand there, and what was ever changed of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId


class Point(Base):
    """点位: a place with equipment (rulebook 7.1). It is retired, never deleted."""

    __tablename__ = "point"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("state IN ('active', 'deferred', 'dismantled', 'awaiting_restore', 'retired')", name="state"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the client (业主)
    code: Mapped[str] = mapped_column(String(60))  # 点位编号
    name: Mapped[str] = mapped_column(String(200))
    plate: Mapped[str | None] = mapped_column(String(60))  # 点位牌号, as it stands on the pole
    road: Mapped[str | None] = mapped_column(String(200))
    district: Mapped[str | None] = mapped_column(String(100))
    direction: Mapped[str | None] = mapped_column(String(60))  # which way the equipment looks
    pole: Mapped[str | None] = mapped_column(String(60))  # 杆号
    latitude: Mapped[float | None]  # degrees, WGS 84
    longitude: Mapped[float | None]
    key_site: Mapped[bool] = mapped_column(default=False)  # 重点点位
    state: Mapped[str] = mapped_column(String(20), default="active")
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)  # who is responsible
    network_unit: Mapped[str | None] = mapped_column(String(100))  # 网络运营商
    power_unit: Mapped[str | None] = mapped_column(String(100))  # 取电单位
    installed_on: Mapped[date | None]  # local day


class Device(Base):
    """设备: one serial-numbered thing at a point."""

    __tablename__ = "device"
    __table_args__ = (
        UniqueConstraint("organisation_id", "serial"),
        CheckConstraint("state IN ('active', 'faulty', 'replaced', 'retired')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    serial: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(60))  # maintenance.ledger.columns.DEVICE_KINDS, e.g. "camera"
    model: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20), default="active")
    ip: Mapped[str | None] = mapped_column(String(45))  # restricted: shown in recorded exports only
    firmware: Mapped[str | None] = mapped_column(String(60))
    installed_on: Mapped[date | None]  # local days
    warranty_until: Mapped[date | None]  # the last day
    certificate_until: Mapped[date | None]  # 检定有效期, the last day
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"), index=True)  # its successor


class LedgerEvent(Base):
    """One change of a point, or of a device at a point. Rows are only ever added; the sealed history holds the same.

    A device that moves is told at both points.
    """

    __tablename__ = "ledger_event"
    __table_args__ = (
        CheckConstraint("act IN ('created', 'changed', 'moved', 'replaced', 'retired')", name="act"),
        CheckConstraint("source IN ('manual', 'import', 'ticket')", name="source"),
        Index("ix_ledger_event_point", "point_id", "at", "id"),
        Index("ix_ledger_event_device", "device_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the client (业主)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))  # null: the point itself
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # null: the engine, the command line
    act: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    root_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"), index=True)  # of a ticket
    reason: Mapped[str] = mapped_column(String(500), default="")
    changes: Mapped[dict[str, Any]]  # column -> [before, after], as maintenance.ledger.columns calls them
