"""Give up a start by the time that failed: it is not tried again, and the next time comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine.models import StartTrigger
from engine.triggers import move_on, time_after
from engine.unit_of_work import UnitOfWork


def skip_due_case(uow: UnitOfWork, trigger_id: int, code: str, message: str) -> None:
    """`code`, `message`: why it failed; history says so, and when the next start comes, if any."""
    of_trigger = select(StartTrigger.__table__).where(StartTrigger.id == trigger_id)
    trigger = uow.connection.execute(of_trigger).mappings().one_or_none()
    if trigger is None or trigger["due_at"] is None or trigger["due_at"] > uow.now:
        return
    following = _time_after(uow, trigger)
    move_on(uow, trigger, following)
    told = {"process": trigger["process_key"], "element": trigger["element_id"], "due": trigger["due_at"].isoformat()}
    told["next"] = following.isoformat() if following is not None else None
    organisation_id = trigger["organisation_id"]
    uow.loose_fact("start_failed", organisation_id=organisation_id, code=code, message=message, **told)


def _time_after(uow: UnitOfWork, trigger: Mapping[Any, Any]) -> datetime | None:
    """None also when its timer or its diagram can no longer be read: nothing may hold up the other starts."""
    try:
        return time_after(uow, trigger)
    except DBAPIError:
        raise
    except Exception:
        return None
