"""Subscriptions: who waits for which message or signal, written as events begin to wait, dropped as they vanish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert, update

from engine.case_rows import Owner
from engine.definition.events import NAMED
from engine.definition.model import ElementModel
from engine.models import Job, Subscription
from engine.outbox import MAX_KEY, TICKET, case_key
from engine.spiff.behaviour import Place
from engine.spiff.execution import WaitingEvent

KEY = "message.key"
"""Property of an event: who exactly is meant. By default the ticket, so that its cases find each other."""


def correlation(case: Owner, element: ElementModel, data: Mapping[str, Any], place: Place) -> str:
    """What a message must name to be meant for this event."""
    text = element.properties.get(KEY)
    found = case.context(element).value(text, data) if text else None
    return case_key(case.root_id) if found in (None, "") else str(found)[:MAX_KEY]


class SubscriptionRows:
    """The waiting messages and signals of one instance."""

    def __init__(self, case: Owner) -> None:
        self._case = case
        self._known: set[str] = set()

    def loaded(self, events: Iterable[WaitingEvent]) -> None:
        self._known = {event.task_id for event in events if event.element.trigger in NAMED}

    def save(self, events: list[WaitingEvent]) -> None:
        waiting = {event.task_id: event for event in events if event.element.trigger in NAMED}
        work, table = self._case.work, Subscription.__table__
        if gone := self._known - waiting.keys():
            work.connection.execute(delete(Subscription).where(table.c.id.in_(gone)))
        rows = [self._row(event) for task_id, event in waiting.items() if task_id not in self._known]
        if rows:
            work.connection.execute(insert(Subscription), rows)
            self._wake(rows)

    def _row(self, event: WaitingEvent) -> dict[str, Any]:
        case, element = self._case, event.element
        key = None
        if element.trigger == "message":
            key = correlation(case, element, event.data, Place(element, event.task_id))
            if key.startswith(TICKET) and key != case_key(case.root_id):
                key = f"={key}"[:MAX_KEY]  # nobody hears what is meant for another ticket by naming it as the key
        case.fact("event_awaited", element, kind=element.trigger, event=element.event_name)
        return {
            "id": event.task_id,
            "organisation_id": case.organisation_id,
            "instance_id": case.id,
            "root_id": case.root_id,
            "element_id": element.id,
            "kind": element.trigger,
            "name": element.event_name,
            "correlation": key,
            "created_at": case.work.now,
        }

    def _wake(self, rows: list[dict[str, Any]]) -> None:
        """A message that came before its catch is kept in a job that looks again now and then: let it look at once."""
        if not any(row["kind"] == "message" for row in rows):
            return
        work, job = self._case.work, Job.__table__
        work.connection.execute(
            update(Job)
            .where(job.c.root_id == self._case.root_id, job.c.kind == "message", job.c.state == "waiting")
            .values(run_at=work.now)
        )
