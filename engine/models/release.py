"""Designs handed in to be published together: their bytes as they were at that moment, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId, Json


class Release(Base):
    """发布申请. One person submits it, another publishes all of it or returns it."""

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'published', 'returned', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        Index("ix_release_organisation", "organisation_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    note: Mapped[str] = mapped_column(String(1000))  # what changes, and why
    state: Mapped[str] = mapped_column(String(20))
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str | None] = mapped_column(String(1000))  # why it was returned


class ReleaseItem(Base):
    """One design of a release, frozen."""

    __tablename__ = "release_item"

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    design_id: Mapped[int] = mapped_column(ForeignKey("design.id"), primary_key=True, index=True)
    position: Mapped[int]  # in the order in which they were submitted
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]
    base_id: Mapped[int | None] = mapped_column(BigId)
    editors: Mapped[list[int]] = mapped_column(Json)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json)  # remarks of the check when it was submitted
    published_id: Mapped[int | None] = mapped_column(BigId)  # the version that it has become
    version: Mapped[int | None]
