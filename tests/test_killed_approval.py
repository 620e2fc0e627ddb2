"""Approvals under the real server, killed in the middle again and again: all of clock, timer, history, or nothing."""

from __future__ import annotations

import json
import random
import time
import urllib.error
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from accounts.commands.create_api_key import create_api_key
from engine.audit import verify
from engine.authorization import ENGINE
from engine.clock import SystemClock
from engine.commands.start_beside import start_beside
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.models import Job, ProcessInstance, UserTask
from maintenance.models import ClockEventRow, Deferral, SlaClock
from maintenance.queries.ticket_clocks import ticket_clocks
from maintenance.stories import Stage
from tests.server import Server
from tests.stage import KEY, stage
from tests.test_killed_server import REPORT, rows

KILLS, TOGETHER = 8, 5
REPAIR_FIRST = {
    "stages.respond.limit": "P10D",
    "stages.arrive.limit": "P10D",
    "stages.diagnose.limit": "P10D",
    "stages.repair.limit": "PT4H",
    "escalation.interval": "PT1H",
    "deferral": {"enabled": True},
}


def test_an_approval_killed_in_the_middle_is_whole_or_not_there(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    house = stage(database, SystemClock(), REPAIR_FIRST)  # type: ignore[arg-type]
    owner = house.people["owner_approver"]
    key = house.engine.run(create_api_key, ENGINE, owner.id or 0, "test", owner.permissions, 30).key
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    server, chance = Server(database_url, tmp_path / "server.log"), random.Random(7)  # noqa: S311
    tickets: list[int] = []
    outcomes = {True: 0, False: 0}
    try:
        for _ in range(KILLS):
            batch = [_apply(house, until) for _ in range(TOGETHER)]
            tickets += batch
            server.start()
            acknowledged = chance.randrange(1, TOGETHER)
            sent = _approve(house, key, batch, until, server, acknowledged, chance.uniform(0.0, 0.02))
            for ticket in batch:
                granted = _agrees(house, ticket, until)
                outcomes[granted] += 1
                assert granted or not sent[ticket], "acknowledged and lost"
        server.start()
        left = [ticket for ticket in tickets if not _agrees(house, ticket, until)]
        assert all(_send(house, server.url, key, ticket, until) for ticket in left)
    finally:
        server.kill()
    assert min(outcomes.values()) > 0, f"no kill came in the middle: {outcomes}"
    assert all(_agrees(house, ticket, until) for ticket in tickets)
    with house.engine.read() as connection:
        assert verify(connection, KEY).damages == ()
    database.dispose()


def _apply(house: Stage, until: datetime) -> int:
    run, people = house.engine.run, house.people
    ticket = run(start_instance, people["reporter"], house.organisation_id, "fault_repair_fc", REPORT).instance_id
    form = {"reason": "pole_hit", "explanation": "立杆被撞", "requested_until": until.isoformat()}
    run(start_beside, people["contractor_lead"], ticket, "delay_approval", form)
    return ticket


def _approve(
    house: Stage, key: str, batch: list[int], until: datetime, server: Server, first: int, after: float
) -> dict[int, bool]:
    """Approve all of the batch, and kill the server `after` seconds from the `first` acknowledgements: others are in
    the middle then. Which were acknowledged."""
    with ThreadPoolExecutor(TOGETHER) as pool:
        sent: dict[int, Future[bool]] = {}
        for ticket in batch:
            sent[ticket] = pool.submit(_send, house, server.url, key, ticket, until)
            if len(sent) == 1:
                sent[ticket].result()  # the process is warm from here on
        while sum(answer.done() for answer in sent.values()) < first:
            time.sleep(0.001)
        time.sleep(after)
        server.kill()
        return {ticket: answer.result() for ticket, answer in sent.items()}


def _send(house: Stage, url: str, key: str, ticket: int, until: datetime) -> bool:
    with house.engine.read() as connection:
        query = select(UserTask.id).where(UserTask.root_id == ticket, UserTask.element_id == "review")
        task = connection.scalar(query)
    data = {"decision": "approve", "granted_until": until.isoformat()}
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    body = json.dumps({"data": data}).encode()
    request = urllib.request.Request(f"{url}/api/v1/tasks/{task}/complete", body, headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):  # the server died
        return False


def _agrees(house: Stage, ticket: int, until: datetime) -> bool:
    """Whether the deferral is granted. Everything that tells of it must say the same."""
    with house.engine.read() as connection:

        def one(query: Any) -> Any:
            return connection.scalar(query)

        clock = connection.execute(select(SlaClock).where(SlaClock.root_id == ticket, SlaClock.key == "repair")).one()
        due = until if clock.due_at == until else clock.started_at + timedelta(hours=4)
        approval = select(Deferral.instance_id).where(Deferral.root_id == ticket).scalar_subquery()
        kinds = (ClockEventRow.clock_id == clock.id, ClockEventRow.kind == "extended")
        told = {
            "clock": clock.due_at == until,
            "deferral": one(select(Deferral.granted_until).where(Deferral.root_id == ticket)) == until,
            "event": one(select(func.count()).select_from(ClockEventRow).where(*kinds)) == 1,
            "instance": one(select(ProcessInstance.state).where(ProcessInstance.id == approval)) == "completed",
            "task": one(select(UserTask.state).where(UserTask.instance_id == approval)) == "completed",
            "timer": one(select(Job.due_at).where(Job.root_id == ticket, Job.element_id == "red")) == until,
            "history": [f["type"] for row in rows(house, ticket) for f in row.facts].count("clock_extended") == 1,
        }
        now = house.engine.resources.clock.now(connection)
        state = next(item.state for item in ticket_clocks(connection, ticket, now) if item.key == "repair")
        red = one(select(Job.due_at).where(Job.root_id == ticket, Job.element_id == "red"))
    assert len(set(told.values())) == 1, told
    assert (state.due_at, state.verdict, red) == (due.replace(microsecond=0), "pending", due.replace(microsecond=0))
    return bool(told["clock"])
