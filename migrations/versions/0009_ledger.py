"""The ledger complete: more of points and devices, and the events of their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, Json, UtcDateTime
from migrations.append_only import forbid_changes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("plate", 60), ("direction", 60), ("pole", 60), ("network_unit", 100), ("power_unit", 100)):
        op.add_column("point", sa.Column(name, sa.String(length=length), nullable=True))
    op.add_column("point", sa.Column("installed_on", sa.Date(), nullable=True))
    op.add_column("device", sa.Column("ip", sa.String(length=45), nullable=True))
    op.add_column("device", sa.Column("firmware", sa.String(length=60), nullable=True))
    for name in ("installed_on", "warranty_until", "certificate_until"):
        op.add_column("device", sa.Column(name, sa.Date(), nullable=True))
    successor = sa.ForeignKey("device.id", name="fk_device_replaced_by_id")
    op.add_column("device", sa.Column("replaced_by_id", BigId, successor, nullable=True), inline_references=True)
    op.create_index("ix_device_replaced_by_id", "device", ["replaced_by_id"], unique=False)
    op.create_table(
        "ledger_event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("point_id", BigId, nullable=False),
        sa.Column("device_id", BigId, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BigId, nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("root_id", BigId, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.CheckConstraint("act IN ('created', 'changed', 'moved', 'replaced', 'retired')", name="ck_ledger_event_act"),
        sa.CheckConstraint("source IN ('manual', 'import', 'ticket')", name="ck_ledger_event_source"),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name="fk_ledger_event_actor_id"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_ledger_event_device_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_ledger_event_organisation_id"),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name="fk_ledger_event_point_id"),
        sa.ForeignKeyConstraint(["root_id"], ["process_instance.id"], name="fk_ledger_event_root_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_event"),
    )
    op.create_index("ix_ledger_event_point", "ledger_event", ["point_id", "at", "id"], unique=False)
    op.create_index("ix_ledger_event_device", "ledger_event", ["device_id", "at", "id"], unique=False)
    op.create_index("ix_ledger_event_root_id", "ledger_event", ["root_id"], unique=False)
    forbid_changes("ledger_event")
