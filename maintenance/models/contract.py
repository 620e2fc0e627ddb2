"""Contracts, and the policy packs they pick."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId


class Contract(Base):
    """合同: a client, a contractor, a pack, and the single figures that differ from it."""

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("ends_on >= starts_on", name="period"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the client (业主)
    contractor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    number: Mapped[str] = mapped_column(String(60))  # 合同编号
    name: Mapped[str] = mapped_column(String(200))
    pack_key: Mapped[str] = mapped_column(String(20))
    overrides: Mapped[dict[str, Any]] = mapped_column(default=dict)  # as maintenance.packs.resolve reads them
    starts_on: Mapped[date]  # local days of the client, both ends included
    ends_on: Mapped[date]


class PackTable(Base):
    """A file of decision tables that belongs to a published pack; immutable like the pack."""

    __tablename__ = "pack_table"

    pack_id: Mapped[int] = mapped_column(ForeignKey("policy_pack.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 … in the order given
    content: Mapped[bytes] = mapped_column(LargeBinary)


class PolicyPack(Base):
    """策略包: one published version, immutable. Common to all organisations."""

    __tablename__ = "policy_pack"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    valid_from: Mapped[date]  # local day from which it judges new tickets
    content: Mapped[str] = mapped_column(Text)  # the YAML as published
    sha256: Mapped[str] = mapped_column(String(64))  # of the content's UTF-8 bytes and its tables', hexadecimal
    published_at: Mapped[datetime]
