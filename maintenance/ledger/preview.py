"""What a table would do, or has done, told in counts and in the first of its changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from maintenance.ledger.plan import Plan, make_plan
from maintenance.ledger.stock import Stock
from maintenance.ledger.table import Table

MAX_SHOWN = 500  # changes that are listed; all are counted


@dataclass(frozen=True)
class Preview:
    """Counts per half of the ledger, and what changes."""

    points: dict[str, int]  # new, changed, unchanged
    devices: dict[str, int]
    changes: list[dict[str, Any]]  # {subject, key, act, row, fields: {column: [before, after]}}


def preview(plan: Plan) -> Preview:
    shown = [
        {"subject": one.subject, "key": one.key, "act": one.act, "row": one.row, "fields": one.fields}
        for one in plan.changes[:MAX_SHOWN]
    ]
    return Preview(plan.counts("point"), plan.counts("device"), shown)


def ledger_preview(connection: Connection, organisation_id: int, table: Table) -> Preview:
    """What an import would do now; nothing is written. The caller has checked that the actor keeps this ledger.

    Raises LedgerRefused with every finding.
    """
    return preview(make_plan(Stock(connection, organisation_id), table))
