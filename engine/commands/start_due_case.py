"""Start a case whose process is begun by the time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine.database import is_conflict, is_outage
from engine.models import StartTrigger
from engine.starting import Started
from engine.statements import ONE, Statement
from engine.triggers import move_on, start_by, time_after
from engine.unit_of_work import RunAgain, UnitOfWork

_table = StartTrigger.__table__
_FIRST = Statement(select(_table).where(_table.c.due_at.is_not(None)).order_by(_table.c.due_at, _table.c.id).limit(ONE))


class StartFailed(Exception):
    """The case could not be started; nothing was done. `__cause__` says why."""

    def __init__(self, trigger_id: int) -> None:
        super().__init__(trigger_id)
        self.trigger_id = trigger_id


@dataclass(frozen=True)
class TriggerRun:
    """What was started by one due time."""

    trigger_id: int
    started: Started


def start_due_case(uow: UnitOfWork) -> TriggerRun | None:
    """None: nothing is due. Times missed while nobody looked are one start. Raises StartFailed."""
    first = _FIRST.one_or_none(uow.connection)
    if first is None or first.due_at > uow.now:
        return None
    trigger = first._asdict()
    try:
        move_on(uow, trigger, time_after(uow, trigger))
        started = start_by(uow, trigger, {"due": trigger["due_at"].isoformat()})
        uow.save()
    except RunAgain:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and (is_outage(error) or is_conflict(error)):
            raise
        raise StartFailed(trigger["id"]) from error
    return TriggerRun(trigger["id"], started)
