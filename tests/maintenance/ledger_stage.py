"""Short ways to set up and look at the ledger in tests."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from engine.models import HistoryEvent
from maintenance.commands.import_ledger import import_ledger
from maintenance.ledger.findings import LedgerRefused
from maintenance.ledger.preview import Preview
from maintenance.ledger.table import read_table
from maintenance.models import Device, LedgerEvent, Point
from maintenance.stories import Stage
from tests.maintenance.ledger_files import DEVICE_HEADINGS, csv_of


def bring(here: Stage, content: bytes, who: str = "owner_approver") -> Preview:
    return here.engine.run(import_ledger, here.people[who], here.organisation_id, read_table(content))


def refused(here: Stage, content: bytes) -> list[tuple[str, int | None, str | None, str | None]]:
    with pytest.raises(LedgerRefused) as caught:
        bring(here, content)
    return [(one.code, one.row, one.column, one.value) for one in caught.value.findings]


def fetch(here: Stage, query: Any) -> list[Any]:
    with here.engine.read() as connection:
        return list(connection.execute(query))


def counts(here: Stage) -> list[int]:
    tables = (Point, Device, LedgerEvent, HistoryEvent)
    return [fetch(here, select(func.count()).select_from(table))[0][0] for table in tables]


def devices(*rows: tuple[Any, ...]) -> bytes:
    return csv_of(DEVICE_HEADINGS, rows)


def events(here: Stage) -> list[dict[str, Any]]:
    """What the sealed history was told of the ledger."""
    rows = fetch(here, select(HistoryEvent.facts).where(HistoryEvent.root_id.is_(None)).order_by(HistoryEvent.id))
    told = [fact for (text_,) in rows for fact in orjson.loads(text_)]
    return [fact for fact in told if fact["type"] == "ledger_changed"]
