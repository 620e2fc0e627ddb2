"""Rows of history as the audit lists and exports them: when, who, what in words, which case and element."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from engine.queries.history_search import FoundRow
from maintenance.queries.ticket_choices import stages
from web import dates
from web.frame import listed
from web.i18n import language
from web.sentences import ENGINE, Told
from web.timeline import CHIEF, TONES, detail, row_entries, sentence, told_in
from web.words import _

MOST_NAMES = 3  # of elements, in a row


@dataclass(frozen=True)
class Named:
    """Rows with the names behind their keys."""

    rows: list[FoundRow]
    told: Told


def named(connection: Connection, rows: list[FoundRow], now: datetime | None) -> Named:
    """`now`: what the page calls today; None: each time is written with its day."""
    words = {key: one.zh if language() == "zh" else one.en.capitalize() for key, one in stages(connection).items()}
    return Named(rows, told_in(connection, [row.item for row in rows], words, now))


def audit_rows(found: Named, types: Collection[str]) -> list[dict[str, Any]]:
    """As audit.html draws them. `types`: facts that are asked for come first; none: the chief ones do."""
    return [_row(row, found.told, types) for row in found.rows]


def export_head() -> list[str]:
    return [
        *(_("When"), _("Who"), _("Ticket number"), _("What"), _("Elements"), _("Process"), _("Sign-in name")),
        *(_("Number in the case"), _("Number of the record"), _("Seal")),
    ]


def export_rows(found: Named) -> list[list[str]]:
    return [_cells(row, found.told) for row in found.rows]


def _row(row: FoundRow, told: Told, types: Collection[str]) -> dict[str, Any]:
    item, facts = row.item, row.item.facts
    asked = [fact for fact in facts if fact["type"] in types]
    if asked:
        rest = [fact for fact in facts if not any(fact is one for one in asked)]
        entries: list[Mapping[str, Any]] = [_entry(row, fact, told) for fact in asked]
        more = [sentence(item, fact, told) for fact in rest]
    else:
        entries = list(row_entries(item, facts, told))
        more = [line for entry in entries for line in entry["more"]]
    return {
        "at": item.at,
        "who": who(row),
        "entries": [{name: entry[name] for name in ("words", "detail", "tone")} for entry in entries],
        "more": more,
        "no": row.number,
        "title": row.title,
        "url": url_for("ticket.show", instance_id=row.root_id) if row.root_id is not None else None,
        "elements": elements(asked or [fact for fact in facts if fact["type"] in CHIEF], MOST_NAMES),
        "seq": item.seq or None,
        "record": row.id,
        "seal": item.hash[:12],
    }


def _entry(row: FoundRow, fact: Mapping[str, Any], told: Told) -> dict[str, Any]:
    return {
        "words": sentence(row.item, fact, told),
        "detail": detail(fact),
        "tone": TONES.get(fact["type"], ""),
    }


def who(row: FoundRow) -> str:
    return _("The system") if row.item.actor == ENGINE else row.item.actor_name


def elements(facts: Collection[Mapping[str, Any]], most: int | None = None) -> str:
    """The elements of the diagram that the facts name, each once; of many the first ones."""
    names = list(dict.fromkeys(str(fact["name"]) for fact in facts if fact.get("element") and fact.get("name")))
    return listed(names[:most]) + (" …" if most is not None and len(names) > most else "")


def _cells(row: FoundRow, told: Told) -> list[str]:
    item = row.item
    lines = [line for fact in item.facts for line in (sentence(item, fact, told), detail(fact)) if line]
    return [
        dates.moment(item.at, None, "zh", seconds=True),
        who(row),
        row.number or "",
        "\n".join(lines),
        elements(item.facts),
        row.process_name or "",
        item.actor,
        str(item.seq or ""),
        str(row.id),
        item.hash,
    ]
