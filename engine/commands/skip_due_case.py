"""Give up a start by the time that failed: it is not tried again, and the next time comes."""

from __future__ import annotations

from sqlalchemy import select

from engine.models import StartTrigger
from engine.triggers import move_on
from engine.unit_of_work import UnitOfWork


def skip_due_case(uow: UnitOfWork, trigger_id: int, code: str, message: str) -> None:
    """`code`, `message`: why it failed; history says so."""
    trigger = (
        uow.connection.execute(select(StartTrigger.__table__).where(StartTrigger.id == trigger_id))
        .mappings()
        .one_or_none()
    )
    if trigger is None or trigger["due_at"] is None or trigger["due_at"] > uow.now:
        return
    move_on(uow, trigger)
    told = {"process": trigger["process_key"], "element": trigger["element_id"], "due": trigger["due_at"].isoformat()}
    organisation_id = trigger["organisation_id"]
    uow.loose_fact("start_failed", organisation_id=organisation_id, code=code, message=message, **told)
