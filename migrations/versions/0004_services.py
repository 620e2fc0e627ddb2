"""Outgoing calls on jobs, suspended cases, links between cases, and the business fields that lists filter by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("inputs", sa.Text(), nullable=True))
    op.add_column("job", sa.Column("lease", sa.String(length=32), nullable=True))
    op.add_column("process_instance", sa.Column("suspended_at", UtcDateTime(), nullable=True))
    op.add_column("process_instance", sa.Column("suspended_reason", sa.String(length=500), nullable=True))
    op.create_table(
        "case_link",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source_id", BigId, nullable=False),
        sa.Column("target_id", BigId, nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.Column("linked_by", BigId, nullable=True),
        sa.CheckConstraint("source_id <> target_id", name="ck_case_link_two_cases"),
        sa.ForeignKeyConstraint(["linked_by"], ["user.id"], name="fk_case_link_linked_by"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_case_link_organisation_id"),
        sa.ForeignKeyConstraint(["source_id"], ["process_instance.id"], name="fk_case_link_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["process_instance.id"], name="fk_case_link_target_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_link"),
        sa.UniqueConstraint("source_id", "target_id", "kind", name="uq_case_link_source_id_target_id_kind"),
    )
    op.create_index("ix_case_link_target", "case_link", ["target_id"], unique=False)
    op.create_table(
        "business_field",
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("process_key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_business_field_organisation_id"),
        sa.PrimaryKeyConstraint("organisation_id", "process_key", "name", name="pk_business_field"),
    )


def downgrade() -> None:
    op.drop_table("business_field")
    op.drop_table("case_link")
    op.drop_column("process_instance", "suspended_reason")
    op.drop_column("process_instance", "suspended_at")
    op.drop_column("job", "lease")
    op.drop_column("job", "inputs")
