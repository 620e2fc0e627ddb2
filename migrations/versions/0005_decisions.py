"""Published decision files and the decisions in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision_definition",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", BigId, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_decision_definition_organisation_id"
        ),
        sa.ForeignKeyConstraint(["published_by"], ["user.id"], name="fk_decision_definition_published_by"),
        sa.PrimaryKeyConstraint("id", name="pk_decision_definition"),
        sa.UniqueConstraint(
            "organisation_id", "key", "version", name="uq_decision_definition_organisation_id_key_version"
        ),
    )
    op.create_table(
        "published_decision",
        sa.Column("definition_id", BigId, nullable=False),
        sa.Column("decision_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["decision_definition.id"], name="fk_published_decision_definition_id"
        ),
        sa.PrimaryKeyConstraint("definition_id", "decision_id", name="pk_published_decision"),
    )
    op.create_index(
        "ix_published_decision_decision_id", "published_decision", ["decision_id", "definition_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("published_decision")
    op.drop_table("decision_definition")
