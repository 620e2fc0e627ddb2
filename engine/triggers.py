"""What starts cases by itself: the start events of the newest version of each process, and beginning a case by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from engine.case import Case
from engine.definition.model import ElementModel, ProcessModel
from engine.models import ProcessDefinition, StartTrigger
from engine.starting import Started, start_case
from engine.timers import Arming, arm
from engine.unit_of_work import RunAgain, UnitOfWork
from engine.work import Resources


def replace_triggers(uow: UnitOfWork, organisation_id: int, definition_id: int, model: ProcessModel) -> None:
    """From now on the start events of this version count; a time begins to run now."""
    of_process = (StartTrigger.organisation_id == organisation_id, StartTrigger.process_key == model.key)
    uow.connection.execute(delete(StartTrigger).where(*of_process))
    rows = [
        {
            "organisation_id": organisation_id,
            "process_key": model.key,
            "definition_id": definition_id,
            "element_id": start.id,
            "kind": start.trigger,
            "name": start.event_name,
            "armed_at": uow.now,
            "due_at": _first_time(uow, start),
            "firings": 0,
        }
        for start in model.starts
        if start.trigger
    ]
    if rows:
        uow.connection.execute(insert(StartTrigger), rows)


def hand_over_triggers(uow: UnitOfWork, organisation_id: int, definition_id: int, process_key: str) -> None:
    """The start events of a version with the same bytes go on as they are: no time begins anew."""
    of_process = (StartTrigger.organisation_id == organisation_id, StartTrigger.process_key == process_key)
    uow.connection.execute(update(StartTrigger).where(*of_process).values(definition_id=definition_id))


def _first_time(uow: UnitOfWork, start: ElementModel) -> datetime | None:
    """When a start event's timer is due first. A time that had passed at the publication is not made up for."""
    first = _next_time(uow.resources, start, Arming(uow.now, uow.now, 0, None))
    if first is None or first >= uow.now:
        return first
    return _next_time(uow.resources, start, Arming(uow.now, uow.now, 1, first))


def _next_time(resources: Resources, start: ElementModel, arming: Arming) -> datetime | None:
    """When it is due next; None: never, or it is no timer. A date or duration comes once."""
    if start.timer is None or (arming.firings and start.timer.kind != "cycle"):
        return None
    return arm(start, lambda text: resources.language.compile(text).evaluate({}), arming)


def triggers(connection: Connection, organisation_id: int, kind: str, name: str) -> list[RowMapping]:
    """The start events that wait for a message or signal of this name."""
    table = StartTrigger.__table__
    query = select(table).where(table.c.organisation_id == organisation_id, table.c.kind == kind, table.c.name == name)
    return list(connection.execute(query.order_by(table.c.id)).mappings())


def start_by(uow: UnitOfWork, trigger: Mapping[Any, Any], payload: Mapping[str, Any]) -> Started:
    """Begin a case at the trigger's start event; what the event declares of the payload becomes its data."""
    definition_id: int = trigger["definition_id"]
    name = uow.connection.scalar(select(ProcessDefinition.name).where(ProcessDefinition.id == definition_id))

    def read(case: Case, start: ElementModel | None) -> dict[str, Any]:
        if start is None:
            return {}
        seen, context = {"payload": dict(payload)}, case.context(start)
        return {variable: context.value(text, seen) for variable, text in start.outputs.items()}

    return start_case(uow, (definition_id, name or ""), trigger["organisation_id"], read, trigger["element_id"])


def time_after(uow: UnitOfWork, trigger: Mapping[Any, Any]) -> datetime | None:
    """The next time of a start that is due; those missed while nobody looked are one. Raises what its timer raises."""
    model = uow.resources.definitions.specification(uow.connection, trigger["definition_id"]).model
    arming = Arming(trigger["armed_at"], uow.now, trigger["firings"] + 1, trigger["due_at"])
    return _next_time(uow.resources, model.elements[trigger["element_id"]], arming)


def move_on(uow: UnitOfWork, trigger: Mapping[Any, Any], due: datetime | None) -> None:
    """To its next time; of two workers that see the same due time only one comes through. Raises RunAgain."""
    moved = uow.connection.execute(
        update(StartTrigger)
        .where(StartTrigger.id == trigger["id"], StartTrigger.due_at == trigger["due_at"])
        .values(due_at=due, firings=trigger["firings"] + 1)
    )
    if moved.rowcount != 1:
        raise RunAgain
