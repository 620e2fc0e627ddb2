"""Called cases, and who waits for messages, signals and times."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("process_instance") as table:
        table.add_column(sa.Column("parent_id", BigId, nullable=True))
        table.add_column(sa.Column("parent_task_id", sa.String(length=32), nullable=True))
        table.create_foreign_key("fk_process_instance_parent_id", "process_instance", ["parent_id"], ["id"])
    op.create_index("ix_process_instance_call", "process_instance", ["parent_id", "parent_task_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("instance_id", BigId, nullable=False),
        sa.Column("root_id", BigId, nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("correlation", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name="fk_subscription_instance_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_subscription_organisation_id"),
        sa.ForeignKeyConstraint(["root_id"], ["process_instance.id"], name="fk_subscription_root_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
    )
    op.create_index("ix_subscription_instance", "subscription", ["instance_id"], unique=False)
    op.create_index("ix_subscription_root_id", "subscription", ["root_id"], unique=False)
    op.create_index(
        "ix_subscription_name", "subscription", ["organisation_id", "kind", "name", "correlation"], unique=False
    )
    op.create_table(
        "start_trigger",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("process_key", sa.String(length=100), nullable=False),
        sa.Column("definition_id", BigId, nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("armed_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("firings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["definition_id"], ["process_definition.id"], name="fk_start_trigger_definition_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_start_trigger_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_start_trigger"),
        sa.UniqueConstraint(
            "organisation_id",
            "process_key",
            "element_id",
            name="uq_start_trigger_organisation_id_process_key_element_id",
        ),
    )
    op.create_index("ix_start_trigger_due", "start_trigger", ["due_at"], unique=False)
    op.create_index("ix_start_trigger_name", "start_trigger", ["organisation_id", "kind", "name"], unique=False)


def downgrade() -> None:
    op.drop_table("start_trigger")
    op.drop_table("subscription")
    op.drop_index("ix_process_instance_call", "process_instance")
    with op.batch_alter_table("process_instance") as table:
        table.drop_constraint("fk_process_instance_parent_id", type_="foreignkey")
        table.drop_column("parent_task_id")
        table.drop_column("parent_id")
