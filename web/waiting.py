"""What a ticket waits for besides its tasks: a time that is to pass, a message that somebody may bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from engine.queries.awaited_messages import AwaitedMessage
from web import dates
from web.case_view import CaseView
from web.i18n import language
from web.reading import now
from web.words import _

MAX_NOTE = 500  # letters


@dataclass(frozen=True)
class Refused:
    """A message that was sent and not taken."""

    name: str
    note: str
    errors: list[str]


def waits(case: CaseView) -> list[str]:
    """The times on which the case itself goes on; the lights of a phase are no such times."""
    named = {timer.element_id: timer.due_at for timer in case.detail.timers}
    return [
        _("“%(name)s”: %(time)s", name=_name(case, element_id), time=dates.moment(due, now(), language()))
        for element_id, due in named.items()
        if element_id in case.model.elements and case.model.elements[element_id].kind == "intermediateCatchEvent"
    ]


def message_forms(case: CaseView, awaited: list[AwaitedMessage], refused: Refused | None) -> list[dict[str, Any]]:
    """A form for each message, its button named after the event that waits (ticket.html)."""
    return [
        {
            "name": one.name,
            "label": _name(case, one.element_id),
            "url": url_for("ticket.send", instance_id=case.id),
            "note": refused.note if refused and refused.name == one.name else "",
            "errors": refused.errors if refused and refused.name == one.name else [],
            "max_length": MAX_NOTE,
        }
        for one in awaited
    ]


def _name(case: CaseView, element_id: str) -> str:
    element = case.model.elements.get(element_id)
    return element.name if element and element.name else element_id
