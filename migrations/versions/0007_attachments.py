"""Photos, files and signatures of cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    unbound = sa.text("root_id IS NULL")
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", BigId, nullable=True),
        sa.Column("root_id", BigId, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("thumbnail_sha256", sa.String(length=64), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.Column("uploaded_by", BigId, nullable=True),
        sa.CheckConstraint("kind IN ('photo', 'file', 'signature')", name="ck_attachment_kind"),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name="ck_attachment_latitude"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name="ck_attachment_longitude"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_attachment_organisation_id"),
        sa.ForeignKeyConstraint(["root_id"], ["process_instance.id"], name="fk_attachment_root_id"),
        sa.ForeignKeyConstraint(["uploaded_by"], ["user.id"], name="fk_attachment_uploaded_by"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_root", "attachment", ["root_id", "uploaded_at"], unique=False)
    op.create_index(
        "ix_attachment_unbound",
        "attachment",
        ["uploaded_by"],
        unique=False,
        sqlite_where=unbound,
        postgresql_where=unbound,
    )
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"], unique=False)
    op.create_index("ix_attachment_thumbnail_sha256", "attachment", ["thumbnail_sha256"], unique=False)


def downgrade() -> None:
    op.drop_table("attachment")
