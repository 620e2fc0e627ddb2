"""A ticket left alone under the real server: kill -9 in the middle, started again, every light once."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from engine.audit import verify
from engine.authorization import ENGINE
from engine.clock import SystemClock
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.models import Job
from engine.queries.history import HistoryItem, history
from maintenance.stories import Stage
from tests.server import PATIENCE, Server
from tests.stage import KEY, stage

SHORT = {
    "stages.respond.limit": "PT2S",
    "stages.arrive.limit": "PT3S",
    "stages.diagnose.limit": "PT5S",
    "stages.repair.limit": "PT6S",
    "escalation.interval": "PT1S",
}
LIGHTS = {
    (clock, threshold) for clock in ("respond", "arrive", "diagnose", "repair") for threshold in ("warn", "breach")
} | {(clock, "escalate.1") for clock in ("respond", "arrive", "diagnose", "repair")}
REPORT = {
    "point": "QC001",
    "category": "image",
    "impact": "system_down",
    "symptom": "黑屏",
    "occurred_at": "2026-11-20T09:50",
}


def test_a_killed_server_tells_each_light_once(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    house = stage(database, SystemClock(), SHORT)  # type: ignore[arg-type]
    server = Server(database_url, tmp_path / "server.log")
    server.start()
    try:
        case = house.engine.run(
            start_instance, house.people["reporter"], house.organisation_id, "fault_repair_fc", REPORT
        )
        until(lambda: ("respond", "breach") in told(house, case.instance_id))
        server.kill()
        before = told(house, case.instance_id)
        until(lambda: due(house, case.instance_id))
        assert told(house, case.instance_id) == before  # nobody fires while the server is dead
        server.start()
        until(lambda: set(told(house, case.instance_id)) >= LIGHTS)
        until(lambda: not due(house, case.instance_id))
    finally:
        server.kill()
    assert told(house, case.instance_id) == Counter(dict.fromkeys(LIGHTS, 1))
    facts = [fact for row in rows(house, case.instance_id) for fact in row.facts]
    kinds = Counter(fact["type"] for fact in facts if fact["type"].startswith(("timer_fired", "sla_")))
    assert kinds == {"timer_fired": 12, "sla_warned": 4, "sla_breached": 4, "sla_escalated": 4}
    with house.engine.read() as connection:
        assert verify(connection, KEY).damages == ()
    database.dispose()


def rows(house: Stage, instance_id: int) -> list[HistoryItem]:
    with house.engine.read() as connection:
        return history(connection, ENGINE, instance_id).items


def told(house: Stage, instance_id: int) -> Counter[tuple[str, str]]:
    facts = (fact for row in rows(house, instance_id) for fact in row.facts)
    return Counter((fact["clock"], fact["threshold"]) for fact in facts if fact["type"].startswith("sla_"))


def due(house: Stage, instance_id: int) -> bool:
    """Whether a timer of the case is due and was not fired."""
    with house.engine.read() as connection:
        now = house.engine.resources.clock.now(connection) - timedelta(milliseconds=1)
        return (
            connection.scalar(select(Job.id).where(Job.root_id == instance_id, Job.run_at <= now).limit(1)) is not None
        )


def until(condition: object) -> None:
    assert callable(condition)
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
