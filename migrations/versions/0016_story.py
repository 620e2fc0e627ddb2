"""Stories of processes, saved from trials, and what became of them on releases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, UtcDateTime

revision = "0016"
down_revision = "0015"
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
    op.create_table(
        "story_outcome",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("release_id", BigId, nullable=False),
        sa.Column("process_key", sa.String(100), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("played_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_story_outcome_organisation_id"),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_story_outcome_release_id"),
        sa.PrimaryKeyConstraint("id", name="pk_story_outcome"),
    )
    op.create_index("ix_story_outcome_release", "story_outcome", ["release_id"])


def downgrade() -> None:
    op.drop_table("story_outcome")
    op.drop_table("story")
