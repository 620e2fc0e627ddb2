"""The domain's tables: contracts, packs, the ledger, work orders, clocks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, Json, UtcDateTime
from migrations.append_only import forbid_changes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_pack",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policy_pack"),
        sa.UniqueConstraint("key", "version", name="uq_policy_pack_key_version"),
    )
    op.create_table(
        "contract",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("contractor_id", BigId, nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("pack_key", sa.String(length=20), nullable=False),
        sa.Column("overrides", Json, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name="ck_contract_period"),
        sa.ForeignKeyConstraint(["contractor_id"], ["organisation.id"], name="fk_contract_contractor_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_contract_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contract"),
        sa.UniqueConstraint("organisation_id", "number", name="uq_contract_organisation_id_number"),
    )
    op.create_index("ix_contract_contractor_id", "contract", ["contractor_id"], unique=False)
    op.create_table(
        "point",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("road", sa.String(length=200), nullable=True),
        sa.Column("district", sa.String(length=100), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("key_site", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("contract_id", BigId, nullable=True),
        sa.CheckConstraint(
            "state IN ('active', 'deferred', 'dismantled', 'awaiting_restore', 'retired')", name="ck_point_state"
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name="ck_point_latitude"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name="ck_point_longitude"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_point_contract_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_point_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_point"),
        sa.UniqueConstraint("organisation_id", "code", name="uq_point_organisation_id_code"),
    )
    op.create_index("ix_point_contract_id", "point", ["contract_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("point_id", BigId, nullable=False),
        sa.Column("serial", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.CheckConstraint("state IN ('active', 'faulty', 'replaced', 'retired')", name="ck_device_state"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_device_organisation_id"),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name="fk_device_point_id"),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.UniqueConstraint("organisation_id", "serial", name="uq_device_organisation_id_serial"),
    )
    op.create_index("ix_device_point_id", "device", ["point_id"], unique=False)
    op.create_table(
        "sla_clock",
        sa.Column("id", BigId, nullable=False),
        sa.Column("root_id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phase", sa.String(length=255), nullable=False),
        sa.Column("terms", Json, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'paused', 'met', 'breached', 'void')", name="ck_sla_clock_state"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_sla_clock_organisation_id"),
        sa.ForeignKeyConstraint(["root_id"], ["process_instance.id"], name="fk_sla_clock_root_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sla_clock"),
        sa.UniqueConstraint("root_id", "key", "round", name="uq_sla_clock_root_id_key_round"),
    )
    op.create_index("ix_sla_clock_due", "sla_clock", ["organisation_id", "state", "due_at"], unique=False)
    op.create_table(
        "work_order",
        sa.Column("instance_id", BigId, autoincrement=False, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("contract_id", BigId, nullable=False),
        sa.Column("pack_id", BigId, nullable=False),
        sa.Column("point_id", BigId, nullable=False),
        sa.Column("device_id", BigId, nullable=True),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("symptom", sa.String(length=2000), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=True),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        sa.Column("reporter_id", BigId, nullable=True),
        sa.Column("chargeable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_work_order_contract_id"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_work_order_device_id"),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name="fk_work_order_instance_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_work_order_organisation_id"),
        sa.ForeignKeyConstraint(["pack_id"], ["policy_pack.id"], name="fk_work_order_pack_id"),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name="fk_work_order_point_id"),
        sa.ForeignKeyConstraint(["reporter_id"], ["user.id"], name="fk_work_order_reporter_id"),
        sa.PrimaryKeyConstraint("instance_id", name="pk_work_order"),
    )
    op.create_index("ix_work_order_contract_id", "work_order", ["contract_id"], unique=False)
    op.create_index("ix_work_order_device_id", "work_order", ["device_id"], unique=False)
    op.create_index("ix_work_order_point_id", "work_order", ["point_id"], unique=False)
    op.create_index("ix_work_order_reported", "work_order", ["organisation_id", "reported_at"], unique=False)
    op.create_table(
        "clock_event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("clock_id", BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BigId, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.CheckConstraint(
            "kind IN ('started', 'stopped', 'paused', 'resumed', 'extended', 'retargeted', 'voided')",
            name="ck_clock_event_kind",
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name="fk_clock_event_actor_id"),
        sa.ForeignKeyConstraint(["clock_id"], ["sla_clock.id"], name="fk_clock_event_clock_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_clock_event_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_clock_event"),
        sa.UniqueConstraint("clock_id", "seq", name="uq_clock_event_clock_id_seq"),
    )
    op.create_table(
        "clock_light",
        sa.Column("clock_id", BigId, autoincrement=False, nullable=False),
        sa.Column("threshold", sa.String(length=30), nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("escalate_to", sa.String(length=60), nullable=True),
        sa.CheckConstraint("level IN ('yellow', 'red')", name="ck_clock_light_level"),
        sa.ForeignKeyConstraint(["clock_id"], ["sla_clock.id"], name="fk_clock_light_clock_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_clock_light_organisation_id"),
        sa.PrimaryKeyConstraint("clock_id", "threshold", name="pk_clock_light"),
    )
    forbid_changes("clock_event")


def downgrade() -> None:
    op.drop_table("clock_light")
    op.drop_table("clock_event")
    op.drop_table("work_order")
    op.drop_table("sla_clock")
    op.drop_table("device")
    op.drop_table("point")
    op.drop_table("contract")
    op.drop_table("policy_pack")
