"""Indexes that every step pays for hold only the rows that they find; three in whose place others serve are gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MINE = ("user_task", ["assignee_id", "due_at", "created_at", "id"])
DONE = ("user_task", ["completed_by", "completed_at"])
CALL = ("process_instance", ["parent_id", "parent_task_id"])


def upgrade() -> None:
    _again("ix_user_task_mine", *MINE, "state = 'open' AND assignee_id IS NOT NULL")
    _again("ix_user_task_done", *DONE, "completed_by IS NOT NULL")
    _again("ix_process_instance_call", *CALL, "parent_id IS NOT NULL")
    op.drop_index("ix_user_task_instance", "user_task")
    op.drop_index("ix_task_candidate_user", "task_candidate")
    op.drop_index("ix_task_candidate_group", "task_candidate")


def downgrade() -> None:
    op.create_index("ix_task_candidate_group", "task_candidate", ["group_key", "task_id"])
    op.create_index("ix_task_candidate_user", "task_candidate", ["user_id", "task_id"])
    op.create_index("ix_user_task_instance", "user_task", ["instance_id", "state"])
    _again("ix_process_instance_call", *CALL, None)
    _again("ix_user_task_done", *DONE, None)
    _again("ix_user_task_mine", *MINE, "state = 'open'")


def _again(name: str, table: str, columns: list[str], condition: str | None) -> None:
    where = sa.text(condition) if condition else None
    op.drop_index(name, table)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
