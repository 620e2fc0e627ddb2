"""Decision tables of policy packs, and recurrences of a fault."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pack_table",
        sa.Column("pack_id", BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["pack_id"], ["policy_pack.id"], name="fk_pack_table_pack_id"),
        sa.PrimaryKeyConstraint("pack_id", "number", name="pk_pack_table"),
    )
    op.add_column("work_order", sa.Column("recurrences", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("work_order", "recurrences")
    op.drop_table("pack_table")
