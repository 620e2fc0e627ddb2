"""Whether every fact of every case, and every event of no case, is told in words in both languages."""

from __future__ import annotations

import orjson
from flask import Flask
from sqlalchemy import Connection, select

from engine.models import HistoryEvent
from engine.queries.history import HistoryItem
from web.timeline import row_entries, sentence, told_in


def assert_told(app: Flask, connection: Connection) -> int:
    """How many facts were told in each language: no type shows through, and nothing is left unfilled."""
    rows = connection.execute(select(HistoryEvent.__table__).order_by(HistoryEvent.id)).all()
    items = [
        HistoryItem(row.seq or 0, row.at, row.actor_name, row.actor_name, row.command, orjson.loads(row.facts), "")
        for row in rows
    ]
    for language in ("zh", "en"):
        with app.test_request_context("/", headers={"Cookie": f"signalbox_language={language}"}):
            told = told_in(connection, items, {}, None)
            for item in items:
                assert list(row_entries(item, item.facts, told)), item
                for fact in item.facts:
                    words = sentence(item, fact, told)
                    assert words, fact
                    wrong = [part for part in (fact["type"], "%(", "None", "{", "}") if part in words]
                    assert not wrong, (language, words)
    return sum(len(item.facts) for item in items)
