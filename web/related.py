"""What stands around a ticket: its suspension, the organisations that take part, and the tickets it is linked with."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import url_for

from engine.links import KINDS
from engine.queries.case_links import LinkItem
from engine.queries.participants import ParticipantItem
from web.i18n import language
from web.words import _


def suspension(reason: str | None) -> str | None:
    """The line on the pages of a suspended ticket."""
    return _("Suspended: %(reason)s", reason=reason) if reason is not None else None


def participation(reason: str) -> str:
    """Why an organisation takes part."""
    known = {"raised": _("it raised the case"), "contract": _("by contract"), "task": _("it got a task")}
    return known.get(reason, reason)


def participant_rows(items: Collection[ParticipantItem]) -> list[dict[str, Any]]:
    return [{"name": item.organisation, "reason": participation(item.reason), "since": item.since} for item in items]


def link_words(kind: str, way: str) -> str:
    """What the other ticket is to this one."""
    words = KINDS[kind].forth if way == "forth" else KINDS[kind].back
    return words.zh if language() == "zh" else words.en


def link_rows(items: Collection[LinkItem]) -> list[dict[str, Any]]:
    return [
        {
            "words": link_words(item.kind, item.way),
            "no": item.number,
            "subject": item.title,
            "url": url_for("ticket.show", instance_id=item.id),
        }
        for item in items
    ]
