"""Start a case whose process is begun by the time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from engine.models import StartTrigger
from engine.starting import Started
from engine.triggers import move_on, start_by
from engine.unit_of_work import RunAgain, UnitOfWork

_table = StartTrigger.__table__


class StartFailed(Exception):
    """The case could not be started; nothing was done. `__cause__` says why."""

    def __init__(self, trigger_id: int) -> None:
        super().__init__(trigger_id)
        self.trigger_id = trigger_id


@dataclass(frozen=True)
class TriggerRun:
    """What was started by one due time."""

    trigger_id: int
    started: Started | None  # None: skipped


def start_due_case(uow: UnitOfWork) -> TriggerRun | None:
    """None: nothing is due. Times missed while nobody looked are one start. Raises StartFailed."""
    due = (_table.c.due_at.is_not(None), _table.c.due_at <= uow.now)
    query = select(_table).where(*due).order_by(_table.c.due_at, _table.c.id).limit(1)
    trigger = uow.connection.execute(query).mappings().one_or_none()
    if trigger is None:
        return None
    move_on(uow, trigger)
    try:
        started = start_by(uow, trigger, {"due": trigger["due_at"].isoformat()})
        uow.save()
    except RunAgain:
        raise
    except Exception as error:
        raise StartFailed(trigger["id"]) from error
    return TriggerRun(trigger["id"], started)
