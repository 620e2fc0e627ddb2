"""Publishing a pack: versions are immutable, and a calendar that has no days here is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engine.authorization import ENGINE, Actor
from engine.clock import ManualClock
from engine.database import Database
from engine.errors import Forbidden
from maintenance.commands.publish_pack import PackVersionTaken, publish_pack
from maintenance.models import PolicyPack
from maintenance.packs.notes import PackRefused
from tests.maintenance.clock_facts import plain_text
from tests.stage import stage

FC = plain_text().encode()


def test_the_same_figures_are_published_once(database: Database, clock: ManualClock) -> None:
    engine = stage(database, clock).engine
    assert engine.run(publish_pack, ENGINE, FC).is_new
    assert not engine.run(publish_pack, ENGINE, FC).is_new
    with pytest.raises(PackVersionTaken):
        engine.run(publish_pack, ENGINE, FC.replace(b"PT10M", b"PT11M", 1))
    second = FC.replace(b"version: 1", b"version: 3", 1).replace(b"PT10M", b"PT11M", 1)
    assert engine.run(publish_pack, ENGINE, second).version == 3
    with engine.read() as connection:
        assert connection.scalar(select(func.count()).select_from(PolicyPack)) == 3


@pytest.mark.parametrize("calendar", ["working_days", "working_hours"])
def test_a_calendar_without_days_is_refused(calendar: str, database: Database, clock: ManualClock) -> None:
    engine = stage(database, clock).engine
    limit = b"P1D" if calendar == "working_days" else b"PT10M"
    changed = FC.replace(b"version: 1", b"version: 3", 1).replace(b"PT10M", limit, 1)
    changed = changed.replace(b"calendar: elapsed", b"calendar: " + calendar.encode(), 1)
    with pytest.raises(PackRefused) as refused:
        engine.run(publish_pack, ENGINE, changed)
    assert [(f.code, f.element_id) for f in refused.value.findings] == [
        ("pack_calendar_without_days", "stages.respond.calendar")
    ]


def test_only_who_may_publishes(database: Database, clock: ManualClock) -> None:
    city = stage(database, clock)
    reporter: Actor = city.people["reporter"]
    with pytest.raises(Forbidden):
        city.engine.run(publish_pack, reporter, FC)
