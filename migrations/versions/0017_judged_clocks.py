"""Clocks keep what lists judge them by at any hour; open and stopped ones, and reports, are found by their time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.calendar import TABLELESS
from engine.models.base import BigId, Json, UtcDateTime
from maintenance.clocks.events import ClockEvent
from maintenance.clocks.fold import fold
from maintenance.clocks.terms import ClockTerms

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

clock = sa.table(
    "sla_clock",
    sa.column("id", BigId),
    sa.column("terms", Json),
    *(sa.column(name, UtcDateTime()) for name in ("warn_at", "stopped_at")),
    *(sa.column(name, sa.Boolean()) for name in ("gapped", "clearable")),
)
event = sa.table(
    "clock_event",
    *(sa.column(name, BigId) for name in ("clock_id", "seq")),
    *(sa.column(name, sa.String()) for name in ("kind", "reason")),
    *(sa.column(name, UtcDateTime()) for name in ("at", "recorded_at")),
    sa.column("data", Json),
)


def upgrade() -> None:
    op.add_column("sla_clock", sa.Column("warn_at", UtcDateTime(), nullable=True))
    for name in ("gapped", "clearable"):
        op.add_column("sla_clock", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    _fill(op.get_bind())
    op.drop_index("ix_sla_clock_due", "sla_clock")
    _partial("ix_sla_clock_open", "due_at", "stopped_at IS NULL")
    _partial("ix_sla_clock_stopped", "stopped_at", "stopped_at IS NOT NULL")
    op.drop_index("ix_work_order_reported", "work_order")
    op.create_index("ix_work_order_reported", "work_order", ["reported_at"])


def downgrade() -> None:
    op.drop_index("ix_work_order_reported", "work_order")
    op.create_index("ix_work_order_reported", "work_order", ["organisation_id", "reported_at"])
    op.drop_index("ix_sla_clock_stopped", "sla_clock")
    op.drop_index("ix_sla_clock_open", "sla_clock")
    op.create_index("ix_sla_clock_due", "sla_clock", ["organisation_id", "state", "due_at"])
    for name in ("clearable", "gapped", "warn_at"):
        op.drop_column("sla_clock", name)


def _partial(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "sla_clock", [column], sqlite_where=where, postgresql_where=where)


def _fill(bind: sa.Connection) -> None:
    """Those that still run, and those that a deferral was applied for; nothing is asked of the others."""
    applied = sa.select(event.c.clock_id).where(event.c.kind == "applied")
    asked = sa.or_(clock.c.stopped_at.is_(None), clock.c.id.in_(applied))
    for row in bind.execute(sa.select(clock.c.id, clock.c.terms).where(asked)).all():
        facts = _facts(bind, row.id)
        if not facts:
            continue
        terms = ClockTerms.from_dict(row.terms)
        state = fold(facts, terms, TABLELESS[terms.calendar], max(fact.at for fact in facts))
        kept = {"warn_at": state.warn_at, "gapped": bool(state.gap), "clearable": state.clearable}
        bind.execute(sa.update(clock).where(clock.c.id == row.id).values(kept))


def _facts(bind: sa.Connection, clock_id: int) -> list[ClockEvent]:
    rows = bind.execute(sa.select(event).where(event.c.clock_id == clock_id).order_by(event.c.seq))
    return [ClockEvent(row.kind, row.at, row.recorded_at, "", row.reason, row.data) for row in rows]
