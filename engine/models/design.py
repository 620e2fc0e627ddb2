"""What owners edit before it is published: bytes of a diagram, a decision file or a form, counted up at each save."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId, Json

OPEN = text("ended_at IS NULL")


class Design(Base):
    """设计稿. Its bytes are kept as they came, also those that no check would pass."""

    __tablename__ = "design"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ended"),
        CheckConstraint("ended_how IN ('published', 'discarded')", name="ended_how"),
        Index("ix_design_open", "organisation_id", "kind", "key", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20))  # a DesignKind
    key: Mapped[str] = mapped_column(String(100))  # as the content says, or said when it could last be read
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]  # 1, 2, 3 … with each content
    base_id: Mapped[int | None] = mapped_column(BigId)  # the published version of its kind that it goes on from
    split_from: Mapped[int | None] = mapped_column(ForeignKey("design.id"))  # kept beside this one when two saved
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))  # the open release that it is in
    editors: Mapped[list[int]] = mapped_column(Json)  # ids of the users who have changed the content
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_how: Mapped[str | None] = mapped_column(String(20))
