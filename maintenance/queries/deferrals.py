"""The applications for deferral of a ticket, and whether one more may be lodged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, bindparam, select
from sqlalchemy.orm import aliased

from engine.models import ProcessInstance, User
from engine.statements import Statement
from maintenance.models import Deferral

Outcome = Literal["pending", "granted", "refused", "withdrawn"]


@dataclass(frozen=True)
class DeferralItem:
    """One application. Instants are UTC."""

    id: int  # of the approval's instance
    outcome: Outcome  # withdrawn: the ticket ended before anybody decided
    reason: str  # maintenance.deferral_reasons
    explanation: str
    applicant: str | None  # display name
    lodged_at: datetime
    requested_until: datetime
    decided_at: datetime | None
    decided_by: str | None  # display name
    granted_until: datetime | None


def deferrals(connection: Connection, root_id: int) -> list[DeferralItem]:
    """Oldest first. The caller has checked that the case may be seen."""
    applicant, decider, table = aliased(User), aliased(User), Deferral.__table__
    query = (
        select(table, ProcessInstance.state, applicant.display_name.label("asked"), decider.display_name.label("said"))
        .join(ProcessInstance, ProcessInstance.id == table.c.instance_id)
        .outerjoin(applicant, applicant.id == table.c.applicant_id)
        .outerjoin(decider, decider.id == table.c.decided_by)
        .where(table.c.root_id == root_id)
        .order_by(table.c.lodged_at, table.c.instance_id)
    )
    return [
        DeferralItem(
            row["instance_id"],
            _outcome(row),
            row["reason"],
            row["explanation"],
            row["asked"],
            row["lodged_at"],
            row["requested_until"],
            row["decided_at"],
            row["said"],
            row["granted_until"],
        )
        for row in connection.execute(query).mappings()
    ]


_deferral, _instance = Deferral.__table__, ProcessInstance.__table__
_PENDING = Statement(
    select(_deferral)
    .join(_instance, _instance.c.id == _deferral.c.instance_id)
    .where(
        _deferral.c.root_id == bindparam("root_id"),
        _deferral.c.decided_at.is_(None),
        _instance.c.state == "active",
    )
)


def pending_deferral(connection: Connection, root_id: int) -> Mapping[Any, Any] | None:
    """The row of the ticket's application that waits for its decision; there is at most one."""
    row = _PENDING.one_or_none(connection, {"root_id": root_id})
    return row._asdict() if row is not None else None


def _outcome(row: RowMapping | dict[str, Any]) -> Outcome:
    if row["granted_until"] is not None:
        return "granted"
    if row["decided_at"] is not None:
        return "refused"
    return "pending" if row["state"] == "active" else "withdrawn"
