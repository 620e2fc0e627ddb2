"""Indexes of open tasks in the order of the task list: due first, then oldest; also of those that wait to be claimed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
OFFERED = sa.text("state = 'open' AND assignee_id IS NULL")


def upgrade() -> None:
    op.drop_index("ix_user_task_mine", "user_task")
    _index("ix_user_task_mine", ["assignee_id", "due_at", "created_at", "id"], OPEN)
    _index("ix_user_task_offered", ["due_at", "created_at", "id"], OFFERED)


def downgrade() -> None:
    op.drop_index("ix_user_task_offered", "user_task")
    op.drop_index("ix_user_task_mine", "user_task")
    _index("ix_user_task_mine", ["assignee_id", "due_at", "id"], OPEN)


def _index(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "user_task", columns, sqlite_where=where, postgresql_where=where)
