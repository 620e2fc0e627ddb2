"""Published forms, and which of them each version of a process shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, Json, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_definition",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", BigId, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_form_definition_organisation_id"),
        sa.ForeignKeyConstraint(["published_by"], ["user.id"], name="fk_form_definition_published_by"),
        sa.PrimaryKeyConstraint("id", name="pk_form_definition"),
        sa.UniqueConstraint("organisation_id", "key", "version", name="uq_form_definition_organisation_id_key_version"),
    )
    op.create_index("ix_form_definition_sha256", "form_definition", ["sha256"], unique=False)
    op.add_column("process_definition", sa.Column("forms", Json, nullable=False, server_default=sa.text("'{}'")))


def downgrade() -> None:
    op.drop_column("process_definition", "forms")
    op.drop_table("form_definition")
