"""The engine's tables: people, definitions, instances, tasks, jobs, history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, Json, UtcDateTime
from migrations.append_only import forbid_changes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("key", name="uq_organisation_key"),
    )
    op.create_table(
        "role",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("permissions", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_role"),
        sa.UniqueConstraint("name", name="uq_role_name"),
    )
    op.create_table(
        "user",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("password_changed_at", UtcDateTime(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_user_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("email", name="uq_user_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_user_fs_uniquifier"),
        sa.UniqueConstraint("username", name="uq_user_username"),
    )
    op.create_index("ix_user_organisation_id", "user", ["organisation_id"], unique=False)
    op.create_table(
        "idempotency_key",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_idempotency_key_user_id"),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_idempotency_key"),
    )
    op.create_table(
        "membership",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("role_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name="fk_membership_role_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_membership_user_id"),
        sa.PrimaryKeyConstraint("user_id", "role_id", name="pk_membership"),
    )
    op.create_index("ix_membership_role_id", "membership", ["role_id"], unique=False)
    op.create_table(
        "process_definition",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", BigId, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_process_definition_organisation_id"),
        sa.ForeignKeyConstraint(["published_by"], ["user.id"], name="fk_process_definition_published_by"),
        sa.PrimaryKeyConstraint("id", name="pk_process_definition"),
        sa.UniqueConstraint(
            "organisation_id", "key", "version", name="uq_process_definition_organisation_id_key_version"
        ),
    )
    op.create_table(
        "process_instance",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("definition_id", BigId, nullable=False),
        sa.Column("root_id", BigId, nullable=True),
        sa.Column("business_key", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("execution", sa.LargeBinary(), nullable=True),
        sa.Column("fields", Json, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_by", BigId, nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=True),
        sa.Column("history_seq", sa.Integer(), nullable=False),
        sa.Column("history_head", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(["definition_id"], ["process_definition.id"], name="fk_process_instance_definition_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_process_instance_organisation_id"),
        sa.ForeignKeyConstraint(["root_id"], ["process_instance.id"], name="fk_process_instance_root_id"),
        sa.ForeignKeyConstraint(["started_by"], ["user.id"], name="fk_process_instance_started_by"),
        sa.PrimaryKeyConstraint("id", name="pk_process_instance"),
        sa.UniqueConstraint("organisation_id", "business_key", name="uq_process_instance_organisation_id_business_key"),
    )
    op.create_index("ix_process_instance_definition_id", "process_instance", ["definition_id"], unique=False)
    op.create_index("ix_process_instance_list", "process_instance", ["organisation_id", "state", "id"], unique=False)
    op.create_index("ix_process_instance_root", "process_instance", ["root_id"], unique=False)
    op.create_table(
        "history_event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=True),
        sa.Column("root_id", BigId, nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BigId, nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("command", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name="fk_history_event_actor_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_history_event_organisation_id"),
        sa.ForeignKeyConstraint(["root_id"], ["process_instance.id"], name="fk_history_event_root_id"),
        sa.PrimaryKeyConstraint("id", name="pk_history_event"),
        sa.UniqueConstraint("root_id", "seq", name="uq_history_event_root_id_seq"),
    )
    op.create_index("ix_history_event_organisation", "history_event", ["organisation_id", "id"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("root_id", BigId, nullable=False),
        sa.Column("instance_id", BigId, nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("message", sa.String(length=1000), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_by", BigId, nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name="fk_incident_instance_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_incident_organisation_id"),
        sa.ForeignKeyConstraint(["resolved_by"], ["user.id"], name="fk_incident_resolved_by"),
        sa.ForeignKeyConstraint(["root_id"], ["process_instance.id"], name="fk_incident_root_id"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
    )
    op.create_index("ix_incident_job_id", "incident", ["job_id"], unique=False)
    op.create_index("ix_incident_open", "incident", ["organisation_id", "resolved_at", "id"], unique=False)
    op.create_index("ix_incident_root_id", "incident", ["root_id"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("instance_id", BigId, nullable=False),
        sa.Column("root_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("armed_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("run_at", UtcDateTime(), nullable=False),
        sa.Column("firings", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name="fk_job_instance_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_job_organisation_id"),
        sa.ForeignKeyConstraint(["root_id"], ["process_instance.id"], name="fk_job_root_id"),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["run_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_job_instance", "job", ["instance_id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("root_id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_participant_organisation_id"),
        sa.ForeignKeyConstraint(["root_id"], ["process_instance.id"], name="fk_participant_root_id"),
        sa.PrimaryKeyConstraint("root_id", "organisation_id", name="pk_participant"),
    )
    op.create_index("ix_participant_organisation", "participant", ["organisation_id", "root_id"], unique=False)
    op.create_table(
        "user_task",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("instance_id", BigId, nullable=False),
        sa.Column("root_id", BigId, nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("form_key", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("assignee_id", BigId, nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("completed_by", BigId, nullable=True),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("draft_at", UtcDateTime(), nullable=True),
        sa.Column("draft_by", BigId, nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["user.id"], name="fk_user_task_assignee_id"),
        sa.ForeignKeyConstraint(["draft_by"], ["user.id"], name="fk_user_task_draft_by"),
        sa.ForeignKeyConstraint(["completed_by"], ["user.id"], name="fk_user_task_completed_by"),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name="fk_user_task_instance_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_user_task_organisation_id"),
        sa.ForeignKeyConstraint(["root_id"], ["process_instance.id"], name="fk_user_task_root_id"),
        sa.PrimaryKeyConstraint("id", name="pk_user_task"),
    )
    op.create_index("ix_user_task_done", "user_task", ["completed_by", "completed_at"], unique=False)
    op.create_index("ix_user_task_instance", "user_task", ["instance_id", "state"], unique=False)
    op.create_index(
        "ix_user_task_mine",
        "user_task",
        ["assignee_id", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_user_task_root", "user_task", ["root_id"], unique=False)
    op.create_table(
        "task_candidate",
        sa.Column("id", BigId, nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("group_key", sa.String(length=60), nullable=True),
        sa.Column("user_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name="fk_task_candidate_task_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_task_candidate_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_task_candidate"),
    )
    op.create_index("ix_task_candidate_group", "task_candidate", ["group_key", "task_id"], unique=False)
    op.create_index("ix_task_candidate_task", "task_candidate", ["task_id"], unique=False)
    op.create_index("ix_task_candidate_user", "task_candidate", ["user_id", "task_id"], unique=False)
    forbid_changes("history_event")


def downgrade() -> None:
    op.drop_table("task_candidate")
    op.drop_table("user_task")
    op.drop_table("participant")
    op.drop_table("job")
    op.drop_table("incident")
    op.drop_table("history_event")
    op.drop_table("process_instance")
    op.drop_table("process_definition")
    op.drop_table("membership")
    op.drop_table("idempotency_key")
    op.drop_table("user")
    op.drop_table("role")
    op.drop_table("organisation")
