"""Designs of owners, and the releases in which a second person publishes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, Json, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROLE = sa.table("role", sa.column("id", BigId), sa.column("name", sa.String), sa.column("permissions", Json))


def upgrade() -> None:
    op.create_table(
        "release",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_by", BigId, nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", BigId, nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ck_release_ended"),
        sa.CheckConstraint("state IN ('open', 'published', 'returned', 'withdrawn')", name="ck_release_state"),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name="fk_release_ended_by"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_release_organisation_id"),
        sa.ForeignKeyConstraint(["submitted_by"], ["user.id"], name="fk_release_submitted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
    )
    op.create_index("ix_release_organisation", "release", ["organisation_id", "state"], unique=False)
    op.create_table(
        "design",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_id", BigId, nullable=True),
        sa.Column("split_from", BigId, nullable=True),
        sa.Column("release_id", BigId, nullable=True),
        sa.Column("editors", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BigId, nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", BigId, nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", BigId, nullable=True),
        sa.Column("ended_how", sa.String(length=20), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ck_design_ended"),
        sa.CheckConstraint("ended_how IN ('published', 'discarded')", name="ck_design_ended_how"),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name="fk_design_created_by"),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name="fk_design_ended_by"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_design_organisation_id"),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_design_release_id"),
        sa.ForeignKeyConstraint(["split_from"], ["design.id"], name="fk_design_split_from"),
        sa.ForeignKeyConstraint(["updated_by"], ["user.id"], name="fk_design_updated_by"),
        sa.PrimaryKeyConstraint("id", name="pk_design"),
    )
    still_open = sa.text("ended_at IS NULL")
    columns = ["organisation_id", "kind", "key"]
    op.create_index("ix_design_open", "design", columns, sqlite_where=still_open, postgresql_where=still_open)
    op.create_table(
        "release_item",
        sa.Column("release_id", BigId, nullable=False),
        sa.Column("design_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_id", BigId, nullable=True),
        sa.Column("editors", Json, nullable=False),
        sa.Column("findings", Json, nullable=False),
        sa.Column("published_id", BigId, nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["design_id"], ["design.id"], name="fk_release_item_design_id"),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_release_item_release_id"),
        sa.PrimaryKeyConstraint("release_id", "design_id", name="pk_release_item"),
    )
    op.create_index("ix_release_item_design_id", "release_item", ["design_id"], unique=False)
    _grant()


def downgrade() -> None:
    op.drop_table("release_item")
    op.drop_table("design")
    op.drop_table("release")


def _grant() -> None:
    """Who has drawn until now may go on drawing."""
    connection = op.get_bind()
    for id, permissions in connection.execute(sa.select(ROLE.c.id, ROLE.c.permissions)).all():
        if "definition.publish" in permissions and "definition.edit" not in permissions:
            granted = {"permissions": sorted([*permissions, "definition.edit"])}
            connection.execute(sa.update(ROLE).where(ROLE.c.id == id).values(granted))
