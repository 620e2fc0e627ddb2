"""Photos, files and signatures: what is known of them. Their bytes lie in the file store under their hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base

UNBOUND = text("root_id IS NULL")


class Attachment(Base):
    """附件. Of no case until it is attached to one, and then for ever of that one."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("kind IN ('photo', 'file', 'signature')", name="kind"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        Index("ix_attachment_root", "root_id", "uploaded_at"),
        Index("ix_attachment_unbound", "uploaded_by", sqlite_where=UNBOUND, postgresql_where=UNBOUND),
        Index("ix_attachment_sha256", "sha256"),
        Index("ix_attachment_thumbnail_sha256", "thumbnail_sha256"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # random, 32 hex digits
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))  # the client; null: of no case
    root_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))  # as the person called it, cleaned
    media_type: Mapped[str] = mapped_column(String(100))  # as found in the content, never as claimed
    size: Mapped[int]  # of the stored bytes
    sha256: Mapped[str] = mapped_column(String(64))
    thumbnail_sha256: Mapped[str | None] = mapped_column(String(64))  # photos
    width: Mapped[int | None]  # pixels, photos
    height: Mapped[int | None]
    taken_at: Mapped[datetime | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
