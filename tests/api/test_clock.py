"""Test mode: only where nothing can be real, a clock that is turned forward, and everything due on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from accounts.commands.create_organisation import create_organisation
from api.settings import Settings, SettingsRefused, is_trial_database
from app import create_app
from engine.authorization import ENGINE
from engine.clock import ManualClock, SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.turning import FARTHEST, present_clock
from tests.api.test_settings import GOOD
from tests.api.town import Town, build_town
from tests.conftest import T0

TRIAL = {**GOOD, "SIGNALBOX_TEST_MODE": "1", "SIGNALBOX_COOKIE_SECURE": "0"}
TEST_DATABASE = "postgresql+psycopg://localhost/signalbox_test"


@pytest.fixture
def trial(database_url: str, clock: ManualClock, tmp_path: Path) -> Iterator[Town]:
    town = build_town(database_url, clock, tmp_path / "files", test_mode=True)
    yield town
    town.engine.database.dispose()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SIGNALBOX_COOKIE_SECURE": "1"}, "COOKIE_SECURE=0"),
        ({"SIGNALBOX_PROXIES": "1"}, "no proxy"),
        ({"SIGNALBOX_WORKER": "none"}, "WORKER=embedded"),
        ({"SIGNALBOX_DATABASE_URL": "sqlite:////var/lib/signalbox/signalbox.sqlite"}, "SQLite file below"),
        ({"SIGNALBOX_DATABASE_URL": "postgresql+psycopg://localhost/signalbox"}, "SQLite file below"),
    ],
)
def test_every_sign_of_real_work_refuses_test_mode(changed: dict[str, str], named: str) -> None:
    good = {**TRIAL, "SIGNALBOX_DATABASE_URL": TEST_DATABASE}
    assert Settings.from_environment(good).test_mode
    with pytest.raises(SettingsRefused, match=named):
        Settings.from_environment({**good, **changed})
    assert not Settings.from_environment({**good, **changed, "SIGNALBOX_TEST_MODE": "0"}).test_mode


def test_all_signs_are_told_at_once() -> None:
    with pytest.raises(SettingsRefused) as refused:
        Settings.from_environment({**GOOD, "SIGNALBOX_TEST_MODE": "1", "SIGNALBOX_DATABASE_URL": "sqlite:////srv/x.db"})
    assert refused.value.params["problems"].count("SIGNALBOX_TEST_MODE") == 2


@pytest.mark.parametrize(
    ("url", "trial"),
    [
        ("sqlite:///instance/signalbox.sqlite", True),
        ("sqlite:///instance/../signalbox.sqlite", False),
        ("sqlite:////srv/contest/signalbox.sqlite", False),
        ("sqlite:////srv/test.sqlite", True),
        ("postgresql+psycopg://test:test@test/signalbox", False),
        ("postgresql+psycopg://u@h/signalbox_test_1", True),
        ("postgresql://[", False),
    ],
)
def test_the_place_or_the_name_of_the_database_counts(url: str, trial: bool) -> None:
    assert is_trial_database(url) is trial


def test_without_the_mode_there_is_no_such_address(quiet_town: Town) -> None:
    for method in ("get", "post"):
        answer = getattr(quiet_town.dispatch, method)("/test/clock", json={"advance": "PT1H"})
        assert (answer.status_code, answer.json["code"]) == (404, "no_such_address")


def test_a_turn_lets_everything_due_happen_in_its_order(trial: Town) -> None:
    case = trial.start()
    answer = trial.dispatch.post("/test/clock", json={"advance": "PT35M"})
    assert (answer.status_code, answer.json) == (200, {"now": "2026-11-20T02:35:00Z"})
    clocks = trial.dispatch.get(f"/instances/{case}/clocks").json["items"]
    told = sorted((light["recorded_at"], one["key"], light["threshold"]) for one in clocks for light in one["lights"])
    assert told == [
        ("2026-11-20T02:08:00Z", "respond", "warn"),
        ("2026-11-20T02:10:00Z", "respond", "breach"),
        ("2026-11-20T02:20:00Z", "respond", "escalate.1"),
        ("2026-11-20T02:24:00Z", "arrive", "warn"),
        ("2026-11-20T02:30:00Z", "arrive", "breach"),
    ]
    assert trial.dispatch.post("/test/clock", json={"now": "2026-11-21T10:00"}).json == {"now": "2026-11-21T02:00:00Z"}
    assert trial.dispatch.get("/test/clock").json == {"now": "2026-11-21T02:00:00Z"}


def test_a_suspended_case_does_not_hold_the_clock(trial: Town) -> None:
    case = trial.start()
    assert trial.operator.post(f"/instances/{case}/suspend", json={"reason": "x"}).status_code == 200
    answer = trial.dispatch.post("/test/clock", json={"advance": "PT1H"})
    assert answer.json == {"now": "2026-11-20T03:00:00Z"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid"),
        ({"now": None}, "invalid"),
        ({"now": "2026-11-21T00:00:00Z", "advance": "PT1H"}, "invalid"),
        ({"now": "yesterday"}, "invalid"),
        ({"now": "2026-11-20T01:59:59Z"}, "clock_turn_refused"),
        ({"now": "2099-01-01T00:00:00Z"}, "clock_turn_refused"),
        ({"advance": "P367D"}, "clock_turn_refused"),
        ({"advance": "-PT1H"}, "time_negative"),
        ({"advance": "soon"}, "time_malformed"),
        ({"advance": "PT1H", "more": 1}, "invalid"),
    ],
)
def test_a_turn_that_cannot_be_is_refused_and_changes_nothing(trial: Town, body: dict[str, Any], code: str) -> None:
    answer = trial.dispatch.post("/test/clock", json=body)
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert trial.clock.now() == T0


def test_only_its_own_machine_is_answered(trial: Town) -> None:
    client = trial.app.test_client()
    own = {"REMOTE_ADDR": "127.0.0.1"}
    assert client.get("/healthz", environ_base=own).status_code == 200
    assert client.get("/healthz", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    elsewhere = client.get("/healthz", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 403
    assert '"code":"test_mode_local_only"' in elsewhere.text
    through = client.get("/sign-in", environ_base=own, headers={"X-Forwarded-For": "192.0.2.7"})
    assert through.status_code == 403


def test_days_sign_nobody_out_and_every_page_says_where_it_is(trial: Town) -> None:
    page = trial.browser().get("/sign-in", headers={"Accept-Language": "zh"}).text
    assert "试用模式" in page
    assert "时钟停在 2026-11-20 10:00" in page
    limits = trial.app.extensions["signalbox_accounts"].limits
    assert min(limits.idle, limits.lifetime) > FARTHEST


def test_the_clock_starts_at_the_present_or_where_history_ends(trial: Town, quiet_town: Town) -> None:
    """The towns' history lies on 20 November 2026 or later."""
    ahead = T0 + timedelta(days=20_000)
    trial.clock.move_to(ahead)
    trial.engine.run(create_organisation, ENGINE, "later", "later", "carrier")
    assert present_clock(trial.engine.database).now() == ahead
    database: Database = quiet_town.engine.database
    with database.read() as connection:
        now = SystemClock().now(connection)
    assert timedelta() <= present_clock(database).now() - max(now, T0) < timedelta(days=1)


def test_settings_alone_turn_no_clock(database_url: str, tmp_path: Path) -> None:
    """The command line works on the system's clock also where the server is in test mode."""
    settings = Settings(database_url, "s" * 32, "p" * 32, "h" * 32, str(tmp_path), cookie_secure=False, test_mode=True)
    app: Flask = create_app(settings)
    engine: Engine = app.extensions["signalbox"].engine
    assert isinstance(engine.resources.clock, SystemClock)
    assert app.extensions["signalbox"].test_clock is None
    engine.database.dispose()
