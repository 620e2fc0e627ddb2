"""Stories of processes that owners have saved from their trials."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId


class Story(Base):
    """用例: what a case went through in a trial, and what was expected of it. It is played again on each change."""

    __tablename__ = "story"
    __table_args__ = (UniqueConstraint("organisation_id", "process_key", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    process_key: Mapped[str] = mapped_column(String(100))  # of the process that was on trial
    name: Mapped[str] = mapped_column(String(120))
    content: Mapped[str] = mapped_column(Text)  # YAML, in the shape of the golden stories
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class StoryOutcome(Base):
    """What became of a story when it was played on a release: what the second person sees before publishing."""

    __tablename__ = "story_outcome"
    __table_args__ = (Index("ix_story_outcome_release", "release_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    process_key: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(120))  # of the story, which may be deleted later
    holds: Mapped[bool]
    step: Mapped[int | None]  # that does not hold; 0: the start; null: it holds, or was not played at all
    code: Mapped[str] = mapped_column(String(60))  # why not; "" when it holds
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    played_at: Mapped[datetime]
