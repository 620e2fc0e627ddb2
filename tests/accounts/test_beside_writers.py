"""Signing in beside writers: nobody meets "database is locked", and nothing is written past the commands."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select, update

from accounts.commands.create_organisation import create_organisation
from accounts.commands.sync_roles import sync_roles
from accounts.models import LiveSession
from accounts.security import SecurityUser
from accounts.sign_in import add_user
from engine.authorization import ENGINE
from engine.clock import SystemClock
from engine.database import Database
from engine.models import Organisation
from engine.unit_of_work import UnitOfWork
from tests.accounts.city import PASSWORD, Browser, City, build
from tests.engine.statements import counted

WRITES = 60


def count_up(uow: UnitOfWork, key: str) -> None:
    """Reads, then writes what it read plus one: an update lost is a count too low."""
    query = select(Organisation.name).where(Organisation.key == key)
    name = uow.connection.scalar(query.with_for_update()) or ""
    number = int(name) if name.isdigit() else 0
    uow.connection.execute(update(Organisation).where(Organisation.key == key).values(name=str(number + 1)))


def test_sign_ins_beside_three_writers(city: City) -> None:
    """Three threads write without pause while three people sign in and out five times each."""
    failures: list[BaseException] = []
    answers: list[int] = []

    def guarded(work: object, *args: object) -> None:
        try:
            work(*args)  # type: ignore[operator]
        except BaseException as error:
            failures.append(error)

    def write(key: str) -> None:
        for _ in range(WRITES):
            city.engine.run(count_up, ENGINE, key)

    def come_and_go(username: str) -> None:
        browser = city.browser()
        for _ in range(5):
            answers.append(browser.sign_in(username).status_code)
            answers.append(browser.get("/api/me").status_code)
            answers.append(browser.post("/sign-out").status_code)

    threads = [threading.Thread(target=guarded, args=(write, key)) for key in ("bureau", "lamp", "bureau")]
    threads += [threading.Thread(target=guarded, args=(come_and_go, name)) for name in city.users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert answers.count(302) == 15
    assert answers.count(200) == 30
    with city.engine.read() as connection:
        names = {key: name for key, name in connection.execute(select(Organisation.key, Organisation.name))}
        sessions = connection.scalar(select(func.count()).where(LiveSession.ended_at.is_not(None)))
    assert names == {"lamp": "60", "bureau": "120"}
    assert sessions == 15


def test_two_sign_ins_at_once_leave_one_live_session(city: City) -> None:
    ready = threading.Barrier(4)
    statuses: list[int] = []

    def come(number: int) -> None:
        browser = city.browser(f"10.0.2.{number}")
        browser.token()
        ready.wait()
        statuses.append(browser.sign_in("lina").status_code)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 4
    with city.engine.read() as connection:
        assert connection.scalar(select(func.count()).where(LiveSession.ended_at.is_(None))) == 1
    assert city.facts("session_displaced") == ["session_displaced"] * 3


def test_the_session_of_flask_sqlalchemy_reads_on_our_engine_and_never_writes(city: City) -> None:
    with city.app.app_context():
        db = city.app.extensions["sqlalchemy"]
        assert db.engine is city.engine.database.engine
        user = db.session.scalars(select(SecurityUser).where(SecurityUser.username == "lina")).one()
        assert sorted(role.name for role in user.roles) == ["dispatcher", "field_engineer"]
        user.display_name = "changed"
        with pytest.raises(RuntimeError, match=r"db\.session only reads"):
            db.session.flush()


def test_no_route_and_no_verb_of_the_library_is_there(city: City) -> None:
    endpoints = {rule.endpoint for rule in city.app.url_map.iter_rules()}
    assert [name for name in endpoints if name.startswith(("security", "us_", "wan_", "two_factor"))] == []
    assert {"users", "roles"} & set(city.app.cli.commands) == set()


def test_with_the_databases_clock_the_time_comes_with_the_person(database: Database) -> None:
    """No statement is spent on asking for the time."""
    app, engine = build(database, SystemClock())
    engine.run(sync_roles, ENGINE)
    organisation = engine.run(create_organisation, ENGINE, "bureau", "交管局", "client")
    with app.app_context():
        add_user(engine, ENGINE, organisation, "lina", "lina", PASSWORD, ("dispatcher",))
    browser = Browser(app.test_client())
    assert browser.sign_in("lina").status_code == 302
    with counted(database) as said:
        assert browser.get("/api/me").status_code == 200
    assert [text.split()[0] for text in said] == ["SELECT"]
