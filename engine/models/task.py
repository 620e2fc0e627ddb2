"""Human steps and who may take them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, BigId

MINE = text("state = 'open' AND assignee_id IS NOT NULL")
DONE = text("completed_by IS NOT NULL")
OFFERED = text("state = 'open' AND assignee_id IS NULL")


class UserTask(Base):
    """待办: an open or done human step. Its id is the token's id in the execution.

    Every index is paid for with every step: a row stands in those alone that can find it.
    """

    __tablename__ = "user_task"
    __table_args__ = (
        Index(
            "ix_user_task_mine", "assignee_id", "due_at", "created_at", "id", sqlite_where=MINE, postgresql_where=MINE
        ),
        Index("ix_user_task_offered", "due_at", "created_at", "id", sqlite_where=OFFERED, postgresql_where=OFFERED),
        Index("ix_user_task_done", "completed_by", "completed_at", sqlite_where=DONE, postgresql_where=DONE),
        Index("ix_user_task_root", "root_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    root_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    element_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(200))
    form_key: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20))  # open, completed, cancelled
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    priority: Mapped[int] = mapped_column(default=50)
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    draft: Mapped[str | None] = mapped_column(Text)  # JSON as last typed; never judged before it is submitted
    draft_at: Mapped[datetime | None]
    draft_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # who typed it, and alone may see it


class TaskCandidate(Base):
    """A group or a user that may claim a task."""

    __tablename__ = "task_candidate"
    __table_args__ = (Index("ix_task_candidate_task", "task_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("user_task.id"))
    group_key: Mapped[str | None] = mapped_column(String(60))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
