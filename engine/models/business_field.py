"""Which business fields the published processes declare: what lists may filter and sort by."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base


class BusinessField(Base):
    """业务字段: a field of one process of one client. A later version may add fields; none is ever taken away."""

    __tablename__ = "business_field"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    process_key: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    type: Mapped[str] = mapped_column(String(10))  # text, number, boolean
