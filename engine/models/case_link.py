"""Cases that belong together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId


class CaseLink(Base):
    """关联: joins two root cases of one client. It is read "source – kind – target"; see engine/links.py."""

    __tablename__ = "case_link"
    __table_args__ = (
        UniqueConstraint("source_id", "target_id", "kind"),
        CheckConstraint("source_id <> target_id", name="two_cases"),
        Index("ix_case_link_target", "target_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20))  # parent, duplicate, caused_by, proposed
    source_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    linked_at: Mapped[datetime]
    linked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
