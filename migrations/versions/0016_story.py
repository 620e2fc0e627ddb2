"""Stories of processes, saved from trials."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, UtcDateTime

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "story",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("process_key", sa.String(100), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("saved_by", BigId, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_story_organisation_id"),
        sa.ForeignKeyConstraint(["saved_by"], ["user.id"], name="fk_story_saved_by"),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
        sa.UniqueConstraint("organisation_id", "process_key", "name", name="uq_story_organisation_id_process_key_name"),
    )


def downgrade() -> None:
    op.drop_table("story")
