"""The city as it is built: a real month of tickets, whole history, the figures of the ledger, and what it costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from api.demo import build, city
from api.demo.build import build_city, is_built
from api.demo.plan import month, under_way
from api.settings import Settings
from app import create_app
from engine.audit import verify
from engine.clock import ManualClock
from engine.engine import Engine
from engine.models import Incident, Job, Organisation, ProcessInstance, User, UserTask
from maintenance.models import ClockLight, Contract, Deferral, Device, Point, SlaClock, WorkOrder
from tests.conftest import T0

MAX_CPU = 5 * 60.0  # seconds: five times of what `flask demo reset` may take


@dataclass
class City:
    app: Flask
    engine: Engine
    said: list[str]
    cpu: float

    def count(self, query: Any) -> dict[Any, int]:
        """First column -> how many."""
        with self.engine.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def new_app(database_url: str, files: Path) -> Flask:
    settings = Settings(database_url, "s" * 32, "p" * 32, "h" * 32, str(files), worker="none", cookie_secure=False)
    return create_app(settings, clock=ManualClock(T0))


@pytest.fixture
def built(database_url: str, tmp_path: Path) -> Iterator[City]:
    app = new_app(database_url, tmp_path / "files")
    engine: Engine = app.extensions["signalbox"].engine
    said: list[str] = []
    begun = time.process_time()
    build_city(app, lambda text, nl=True: said.append(text), empty=False)
    yield City(app, engine, said, time.process_time() - begun)
    engine.database.dispose()


def test_a_month_of_the_city(built: City) -> None:
    """One build for all figures: it is the dearest thing a test asks for."""
    assert built.cpu < MAX_CPU
    _ledger(built)
    _states(built)
    _clocks(built)
    with built.engine.read() as connection:
        seen = verify(connection, built.engine.resources.history_key)
        last = connection.scalar(select(func.max(WorkOrder.reported_at)))
    assert (seen.cases, seen.damages) == (181, ())
    assert last is not None
    assert last < T0
    assert built.said[-1] == "工单 / tickets 181/181"
    assert [line for line in built.said if "/181" in line] == [
        f"工单 / tickets {n}/181" for n in (19, 37, 55, 73, 91, 109, 127, 145, 163, 181)
    ]


def _ledger(built: City) -> None:
    with built.engine.read() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(table))
            for table in (Organisation, User, Contract, Point, Device)
        ]
    assert counts == [5, 23, 2, 200, 260]
    kinds = built.count(select(Organisation.kind, func.count()).group_by(Organisation.kind))
    assert kinds == {"client": 1, "contractor": 2, "carrier": 1, "power_unit": 1}


def _states(built: City) -> None:
    tickets = ProcessInstance.id == ProcessInstance.root_id
    states = built.count(select(ProcessInstance.state, func.count()).where(tickets).group_by(ProcessInstance.state))
    assert states == {"active": 41, "cancelled": 11, "completed": 129}
    open_tasks = built.count(
        select(UserTask.element_id, func.count()).where(UserTask.state == "open").group_by(UserTask.element_id)
    )
    steps = {
        "review",
        "dispatch",
        "respond",
        "arrive",
        "diagnose",
        "repair",
        "spare",
        "recheck",
        "summary",
        "supervise",
    }
    assert set(open_tasks) == steps | {"support"}
    done = built.count(
        select(UserTask.element_id, func.count()).where(UserTask.state == "completed").group_by(UserTask.element_id)
    )
    assert {"supervise", "support", "spare"} <= set(done)
    category = WorkOrder.category
    assert min(built.count(select(category, func.count()).group_by(category)).values()) >= 20
    with built.engine.read() as connection:
        hours = {at.hour for at in connection.scalars(select(WorkOrder.reported_at))}
        chargeable = connection.scalar(select(func.count()).where(WorkOrder.chargeable))
        recurred = connection.scalar(select(func.count()).where(WorkOrder.recurrences > 0))
        suspended = connection.scalar(select(func.count()).where(ProcessInstance.suspended_at.is_not(None)))
        levels = {fields["level"] for fields in connection.scalars(select(ProcessInstance.fields).where(tickets))}
        deferrals = connection.execute(select(Deferral.decided_at, Deferral.granted_until)).all()
        incidents = connection.scalar(select(func.count()).select_from(Incident))
    assert hours == set(range(24))
    assert levels == {1, 2, 3}
    assert recurred == sum(plan.recurs_after is not None for plan in (*month(T0), *under_way(T0)))
    assert chargeable
    assert chargeable >= 3
    assert (suspended, incidents) == (1, 0)
    assert sorted((decided is None, granted is None) for decided, granted in deferrals) == [
        (False, False),
        (False, False),
        (False, True),
        (True, True),
    ]


def _clocks(built: City) -> None:
    late = built.count(select(SlaClock.key, func.count()).where(SlaClock.state == "breached").group_by(SlaClock.key))
    assert set(late) == {"respond", "arrive", "diagnose", "repair", "same_day_close"}
    lights = built.count(select(ClockLight.level, func.count()).group_by(ClockLight.level))
    assert min(lights.values()) >= 40
    with built.engine.read() as connection:
        overdue = select(func.count()).select_from(Job).join(ProcessInstance, ProcessInstance.id == Job.root_id)
        late_jobs = overdue.where(Job.due_at <= T0, ProcessInstance.suspended_at.is_(None))
        assert connection.scalar(late_jobs) == 0


def test_a_city_that_cannot_be_finished_is_taken_away(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = new_app(database_url, tmp_path / "files")
    engine: Engine = app.extensions["signalbox"].engine

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "play", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build_city(app, lambda text, nl=True: None, empty=False)
    assert not is_built(engine)
    monkeypatch.undo()
    build_city(app, lambda text, nl=True: None, empty=False, days=1)
    with engine.read() as connection:
        names = set(connection.scalars(select(User.username)))
    assert names == {person.username for person in city.PEOPLE}
    engine.database.dispose()
