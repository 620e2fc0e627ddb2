"""履历: append-only, one row a command, chained by HMAC."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId


class HistoryEvent(Base):
    """What one command did to one case (or to no case: root_id is null), as a list of facts in canonical JSON text."""

    __tablename__ = "history_event"
    __table_args__ = (
        UniqueConstraint("root_id", "seq"),
        Index("ix_history_event_organisation", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    root_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"))
    seq: Mapped[int | None]  # 1, 2, 3 … within a root; null for events of no case
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    actor_name: Mapped[str] = mapped_column(String(100))
    command: Mapped[str] = mapped_column(String(60))
    facts: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
