"""History in words: each command's row becomes one or more entries of the timeline, with names for keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.definition.vocabulary import GATEWAYS
from engine.queries.history import HistoryItem
from maintenance.queries.names import organisation_names, people_names, user_names
from web.frame import listed
from web.records import RECORDS
from web.sentences import WORDS, Fact, Line, Told
from web.words import _

TONES = {"sla_warned": "warn", "sla_breached": "late", "sla_escalated": "late", "commented": "comment"}
PROGRESS = frozenset(
    {"instance_started", "task_completed", "commented", "cancel_requested", "instance_completed", "instance_cancelled"}
    | {"instance_suspended", "instance_resumed", "fault_recurred"}
)
"""What a person is told of a case without the right to read its history."""


def told_in(
    connection: Connection, items: Collection[HistoryItem], clocks: Mapping[str, str], now: datetime | None
) -> Told:
    """The names behind the keys of these rows. `now`: what the page calls now, if it names near days."""
    facts = [fact for item in items for fact in item.facts]
    people = {fact["assignee"] for fact in facts if fact.get("assignee")}
    organisations = {fact["organisation"] for fact in facts if fact["type"] == "participant_added"}
    users = {fact["user"] for fact in facts if isinstance(fact.get("user"), int)}
    return Told(
        people_names(connection, people) if people else {},
        organisation_names(connection, organisations) if organisations else {},
        clocks,
        now,
        user_names(connection, users) if users else {},
    )


def timeline(items: Collection[HistoryItem], told: Told, *, whole: bool) -> list[dict[str, Any]]:
    """Entries as ticket.html draws them, newest first. Without `whole`: only the progress."""
    entries: list[dict[str, Any]] = []
    for item in items:
        facts = [fact for fact in item.facts if (whole or fact["type"] in PROGRESS) and not _says_nothing(fact)]
        entries.extend(row_entries(item, facts, told))
    return entries[::-1]


def _says_nothing(fact: Fact) -> bool:
    """A gateway without a name: nobody knows it by the id that the drawing tool gave it."""
    return fact["type"] == "element_completed" and fact.get("kind") in GATEWAYS and not fact.get("name")


def row_entries(item: HistoryItem, facts: list[dict[str, Any]], told: Told) -> Iterator[dict[str, Any]]:
    """The entries of one row of history, oldest first; `facts`: those of its facts that are to be told."""
    if not facts:
        return
    chief = [fact for fact in facts if fact["type"] in CHIEF or fact["type"] not in WORDS] or facts[:1]
    rest = [fact for fact in facts if not any(fact is one for one in chief)]
    following = [sentence(item, fact, told) for fact in rest if fact["type"] == "task_created"]
    more = [sentence(item, fact, told) for fact in rest if fact["type"] != "task_created"]
    for position, fact in enumerate(chief):
        first = position == 0
        below = [line for line in (detail(fact), *(following if first else ())) if line]
        yield {
            "at": item.at,
            "words": sentence(item, fact, told),
            "detail": "\n".join(below),
            "more": more if first else [],
            "tone": TONES.get(fact["type"], ""),
        }


def sentence(item: HistoryItem, fact: Fact, told: Told) -> str:
    """One fact in the reader's language; of a type without words, its type and what it holds."""
    words = WORDS.get(fact["type"]) or RECORDS.get(fact["type"])
    if words is None:
        held = listed([f"{key}={value}" for key, value in fact.items() if key != "type"])
        return f"{fact['type']}: {held}" if held else str(fact["type"])
    return words(Line(item, fact, told))


def detail(fact: Fact) -> str:
    """What stands below a sentence: a comment, a reason."""
    if fact["type"] == "commented":
        return str(fact["text"])
    if fact["type"] == "event_received":
        return listed([value for value in fact.get("data", {}).values() if isinstance(value, str) and value])
    if fact["type"] in ("cancel_requested", "job_retried", "instance_suspended", "instance_resumed", "case_unlinked"):
        return _("Reason: %(reason)s", reason=fact.get("reason") or "–")
    return ""


CHIEF = frozenset(
    {
        *PROGRESS,
        *("task_claimed", "task_unclaimed", "sla_warned", "sla_breached", "sla_escalated"),
        *("deferral_refused", "clock_extended", "breach_final"),
        *("job_failed", "incident_raised", "job_retried", "case_linked", "case_unlinked"),
        *("event_received", "message_kept", "message_expired", "error_raised", "escalation_not_caught"),
    }
) - {"instance_cancelled"}
"""Facts with an entry of their own; the others of the same command stand below the first one."""
