"""The ledger 一机一档: points on the road and the devices that stand there."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId


class Point(Base):
    """点位: a place with equipment. It is retired, never deleted."""

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
    road: Mapped[str | None] = mapped_column(String(200))
    district: Mapped[str | None] = mapped_column(String(100))
    latitude: Mapped[float | None]  # degrees, WGS 84
    longitude: Mapped[float | None]
    key_site: Mapped[bool] = mapped_column(default=False)  # 重点点位
    state: Mapped[str] = mapped_column(String(20), default="active")
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)  # who is responsible


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
    kind: Mapped[str] = mapped_column(String(60))  # e.g. "camera"
    model: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20), default="active")
