"""Published decision files: key + version + bytes, immutable, and which decisions stand in each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId


class DecisionDefinition(Base):
    """决策文件. The bytes are kept as they came. The key is the id of the file's definitions."""

    __tablename__ = "decision_definition"
    __table_args__ = (UniqueConstraint("organisation_id", "key", "version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[str] = mapped_column(String(100))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class PublishedDecision(Base):
    """A decision of a published file: how the id that a business rule task names is found."""

    __tablename__ = "published_decision"
    __table_args__ = (Index("ix_published_decision_decision_id", "decision_id", "definition_id"),)

    definition_id: Mapped[int] = mapped_column(ForeignKey("decision_definition.id"), primary_key=True)
    decision_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
