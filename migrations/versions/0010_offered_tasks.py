"""An index of the tasks that wait for somebody to claim them, in the order of the task list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OFFERED = sa.text("state = 'open' AND assignee_id IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_user_task_offered", "user_task", ["due_at", "id"], sqlite_where=OFFERED, postgresql_where=OFFERED
    )


def downgrade() -> None:
    op.drop_index("ix_user_task_offered", "user_task")
