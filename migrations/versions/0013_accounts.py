"""Second factors with their recovery codes, passwords of before, requests and links for a new one, wrong tries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models.base import BigId, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _of_user(table: str) -> list[sa.SchemaItem]:
    return [
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=f"fk_{table}_user_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("offered", sa.LargeBinary(), nullable=True),
        sa.Column("offered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_second_factor_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factor"),
    )
    op.create_table(
        "recovery_code",
        *_of_user("recovery_code"),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.UniqueConstraint("code_hash", name="uq_recovery_code_code_hash"),
    )
    op.create_index("ix_recovery_code_user_id", "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "former_password",
        *_of_user("former_password"),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("replaced_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_former_password_user_id", "former_password", ["user_id"], unique=False)
    op.create_table(
        "reset_request",
        *_of_user("reset_request"),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_reset_request_open",
        "reset_request",
        ["user_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "reset_link",
        *_of_user("reset_link"),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.UniqueConstraint("token_hash", name="uq_reset_link_token_hash"),
    )
    op.create_index("ix_reset_link_user_id", "reset_link", ["user_id"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("wrong", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_sign_in_failure_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failure"),
    )
    op.create_index("ix_sign_in_failure_at", "sign_in_failure", ["at"], unique=False)
    op.create_index("ix_sign_in_failure_user", "sign_in_failure", ["user_id", "at"], unique=False)


def downgrade() -> None:
    for table in (
        "sign_in_failure",
        "reset_link",
        "reset_request",
        "former_password",
        "recovery_code",
        "second_factor",
    ):
        op.drop_table(table)
