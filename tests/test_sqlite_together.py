"""Eight people, three writers and the scheduler on one SQLite file for 20 s: nothing is locked, nothing is lost."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.sign_in import add_user
from api.settings import Settings
from app import create_app
from engine.audit import verify
from engine.authorization import ENGINE, Actor
from engine.clock import ManualClock
from engine.commands.add_comment import add_comment
from engine.commands.start_instance import start_instance
from engine.engine import Engine
from engine.queries.history import history
from engine.scheduler import Ticker
from maintenance.stories import Stage
from tests.databases import sqlite_copy
from tests.stage import KEY, stage

SECONDS = 20.0
PASSWORD = "Together-on-one-file-7"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
SHORT = {"stages.respond.limit": "PT1S", "escalation.interval": "PT1S", "stages.arrive.limit": "PT2S"}
REPORT = {
    "point": "QC001",
    "category": "image",
    "impact": "system_down",
    "symptom": "黑屏",
    "occurred_at": "2026-11-20T09:50",
}


class Tally:
    """What was acknowledged, counted across threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.done: Counter[str] = Counter()
        self.errors: list[str] = []

    def note(self, what: str) -> None:
        with self._lock:
            self.done[what] += 1


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Flask, Stage]]:
    url = sqlite_copy(sqlite_template, tmp_path)
    settings = Settings(url, "s" * 32, "p" * 32, KEY.decode(), str(tmp_path / "files"), cookie_secure=False)
    app = create_app(settings)
    engine: Engine = app.extensions["signalbox"].engine
    played = stage(engine.database, ManualClock(datetime.now(UTC)), SHORT)
    yield app, Stage(engine, played.clock, played.people, played.organisation_id)
    engine.database.dispose()


def test_nothing_is_locked_and_nothing_is_lost(house: tuple[Flask, Stage]) -> None:
    app, city = house
    tally, stop = Tally(), threading.Event()
    dispatchers = _dispatchers(app, city)
    target = _start(city, tally)
    people = [lambda name=name: _work(app, name, tally, stop) for name in dispatchers]
    writers = [lambda: _write(city, target, tally, stop) for _ in range(3)]
    threads = [threading.Thread(target=_guarded, args=(work, tally)) for work in (*people, *writers)]
    ticker = Ticker(city.engine, seconds=0.2)
    ticker.start()
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    stop.set()
    for thread in threads:
        thread.join(60)
    ticker.stop()

    assert tally.errors == []
    assert not any(thread.is_alive() for thread in threads)
    assert min(tally.done[name] for name in ("started", "completed", "commented")) >= 8, tally.done
    assert tally.done["signed in"] >= 5 * len(dispatchers), tally.done
    facts = _facts(city, target)
    assert facts["commented"] == tally.done["commented"]
    with city.engine.read() as connection:
        assert verify(connection, KEY).damages == ()
        told = connection.exec_driver_sql("SELECT count(*) FROM clock_light").scalar_one()
        opened = connection.exec_driver_sql("SELECT count(*) FROM process_instance").scalar_one()
        closed = connection.exec_driver_sql(
            "SELECT count(*) FROM user_task WHERE element_id = 'dispatch' AND state = 'completed'"
        ).scalar_one()
    assert told > 0
    assert opened == tally.done["started"]
    assert closed == tally.done["completed"]


def _dispatchers(app: Flask, city: Stage) -> list[str]:
    organisation = city.people["dispatcher"].organisation_id
    assert organisation is not None
    names = [f"dispatcher{number}" for number in range(1, 9)]
    with app.app_context():
        for name in names:
            add_user(city.engine, ENGINE, organisation, name, name, PASSWORD, ("dispatcher",))
    return names


def _work(app: Flask, name: str, tally: Tally, stop: threading.Event) -> None:
    """Sign in, dispatch one of the offered faults, sign out, again and again."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"10.0.0.{name[-1]}"
    while not stop.is_set():
        token = _sign_in(client, name)
        tally.note("signed in")
        offered = client.get("/api/v1/tasks?tab=candidate&limit=50").json
        assert offered is not None
        mine = [
            task
            for task in offered["items"]
            if hash(task["id"]) % 8 == int(name[-1]) - 1 and task["element_id"] == "dispatch"
        ]
        for task in mine[:1]:
            body = {"data": {"engineer": "field_engineer"}}
            answer = client.post(f"/api/v1/tasks/{task['id']}/complete", json=body, headers={"X-CSRFToken": token})
            assert answer.status_code in (200, 409), answer.text
            if answer.status_code == 200:
                tally.note("completed")
        _sign_out(client, token)


def _sign_in(client: FlaskClient, name: str) -> str:
    form = {"username": name, "password": PASSWORD, "csrf_token": _token(client.get("/sign-in").text)}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 303, answer.text
    return _token(client.get("/tasks").text)


def _sign_out(client: FlaskClient, token: str) -> None:
    answer = client.post("/sign-out", data={"csrf_token": token})
    assert answer.status_code == 303, answer.text


def _token(page: str) -> str:
    found = CSRF.search(page)
    assert found is not None, page
    return found[1]


def _write(city: Stage, target: int, tally: Tally, stop: threading.Event) -> None:
    while not stop.is_set():
        city.engine.run(add_comment, city.people["dispatcher"], target, "一条留言")
        tally.note("commented")
        _start(city, tally)
        time.sleep(0.02)


def _start(city: Stage, tally: Tally) -> int:
    reporter: Actor = city.people["reporter"]
    started = city.engine.run(start_instance, reporter, city.organisation_id, "fault_repair_fc", REPORT)
    tally.note("started")
    return started.instance_id


def _guarded(work: Callable[[], None], tally: Tally) -> None:
    try:
        work()
    except Exception as error:
        tally.errors.append(repr(error))


def _facts(city: Stage, instance_id: int) -> Counter[str]:
    found: Counter[str] = Counter()
    cursor: str | None = ""
    with city.engine.read() as connection:
        while cursor is not None:
            page = history(connection, ENGINE, instance_id, after=cursor or None)
            found.update(fact["type"] for row in page.items for fact in row.facts)
            cursor = page.next
    return found
