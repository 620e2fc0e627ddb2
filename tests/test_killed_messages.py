"""Messages under the real server: kill -9 between the throw and the receipt, started again, each received once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import orjson
from sqlalchemy import func, select

from engine.audit import verify
from engine.authorization import ENGINE
from engine.clock import SystemClock
from engine.commands.publish_definition import publish_definition
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.models import HistoryEvent, Incident, Job, ProcessInstance
from maintenance.stories import Stage
from tests.engine.definition.drawings import drawing, end, start
from tests.engine.events import catch, declared, throw
from tests.server import Server
from tests.stage import KEY, stage
from tests.test_killed_server import until

PAIRS = 100
RING = declared(message="ring")
HEARS = drawing(
    "hears",
    [start("s"), catch("heard", "message", "ring", properties={"message.key": "${key}"}), end("e")],
    ["s -> heard -> e"],
    extra=RING,
)
SAYS = drawing(
    "says",
    [start("s"), throw("say", "message", "ring", properties={"message.key": "${key}"}), end("e")],
    ["s -> say -> e"],
    extra=RING,
)


def test_messages_survive_the_server_between_throw_and_receipt(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    house = stage(database, SystemClock())  # type: ignore[arg-type]
    for diagram in (HEARS, SAYS):
        house.engine.run(publish_definition, ENGINE, house.organisation_id, diagram)
    hearers = [begin(house, "hears", number) for number in range(PAIRS)]
    for number in range(PAIRS):
        begin(house, "says", number)
    server = Server(database_url, tmp_path / "server.log")
    try:
        for wanted in (PAIRS // 10, PAIRS // 2):
            server.start()
            until(lambda wanted=wanted: ended(house, hearers) >= wanted)
            server.kill()
        halfway = ended(house, hearers)
        server.start()
        until(lambda: ended(house, hearers) == PAIRS)
    finally:
        server.kill()
    assert PAIRS // 2 <= halfway < PAIRS  # the second kill came in the middle
    assert received(house) == Counter(dict.fromkeys(hearers, 1))
    with house.engine.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Job)) == 0
        assert connection.scalar(select(func.count()).select_from(Incident)) == 0
    with house.engine.read() as connection:
        assert verify(connection, KEY).damages == ()
    database.dispose()


def begin(house: Stage, key: str, number: int) -> int:
    data = {"key": f"{number}"}
    return house.engine.run(start_instance, ENGINE, house.organisation_id, key, data).instance_id


def ended(house: Stage, cases: list[int]) -> int:
    with house.engine.read() as connection:
        query = select(func.count()).where(ProcessInstance.id.in_(cases), ProcessInstance.state == "completed")
        return connection.scalar(query) or 0


def received(house: Stage) -> Counter[int]:
    """How often history says that each case has received its message."""
    with house.engine.read() as connection:
        rows = connection.execute(select(HistoryEvent.root_id, HistoryEvent.facts)).all()
    facts = ((row.root_id, fact) for row in rows for fact in orjson.loads(row.facts))
    return Counter(root_id for root_id, fact in facts if fact["type"] == "event_received")
