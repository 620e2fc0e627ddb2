"""Deferrals: their typed facts, and the facts of a clock that tell of applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, Json, UtcDateTime
from migrations.append_only import forbid_changes

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAME = "ck_clock_event_ck_clock_event_kind"  # as the table was made
BEFORE = "kind IN ('started', 'stopped', 'paused', 'resumed', 'extended', 'retargeted', 'voided')"
KINDS = (
    "kind IN ('started', 'stopped', 'paused', 'resumed', 'applied', 'extended', 'refused', 'withdrawn', "
    "'retargeted', 'voided')"
)


def upgrade() -> None:
    op.create_table(
        "deferral",
        sa.Column("instance_id", BigId, autoincrement=False, nullable=False),
        sa.Column("root_id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("applicant_id", BigId, nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("explanation", sa.String(length=2000), nullable=False),
        sa.Column("photos", Json, nullable=False),
        sa.Column("lodged_at", UtcDateTime(), nullable=False),
        sa.Column("requested_until", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", BigId, nullable=True),
        sa.Column("granted_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint("granted_until IS NULL OR decided_at IS NOT NULL", name="ck_deferral_decided"),
        sa.ForeignKeyConstraint(["applicant_id"], ["user.id"], name="fk_deferral_applicant_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name="fk_deferral_decided_by"),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name="fk_deferral_instance_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_deferral_organisation_id"),
        sa.ForeignKeyConstraint(["root_id"], ["process_instance.id"], name="fk_deferral_root_id"),
        sa.PrimaryKeyConstraint("instance_id", name="pk_deferral"),
    )
    op.create_index("ix_deferral_root", "deferral", ["root_id", "lodged_at"], unique=False)
    _allow(KINDS)


def downgrade() -> None:
    _allow(BEFORE)
    op.drop_table("deferral")


def _allow(kinds: str) -> None:
    """SQLite writes the table anew for another condition; its guards, lost with the old one, are put back."""
    with op.batch_alter_table("clock_event") as table:
        table.drop_constraint(op.f(NAME), type_="check")
        table.create_check_constraint(op.f(NAME), kinds)
    if op.get_bind().dialect.name == "sqlite":
        forbid_changes("clock_event")
