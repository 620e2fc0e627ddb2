"""Where I am signed in and who tried: ending sessions of one's own, and the look back of 90 days."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accounts.commands.end_other_sessions import end_other_sessions
from accounts.commands.end_own_session import end_own_session
from accounts.live_sessions import SessionLimits
from accounts.queries.own_sessions import OwnSession, WrongTry, sign_in_history, wrong_tries
from engine.authorization import Actor
from engine.errors import NotFound
from tests.accounts.city import SETTINGS, City, build


@pytest.fixture
def open_city(city: City) -> City:
    """The same city, in which an account may have several sessions."""
    app, engine = build(city.engine.database, city.clock, replace(SETTINGS, single_session=False))
    return City(app, engine, city.clock, city.users, city.organisations)


def sessions(city: City, username: str) -> list[OwnSession]:
    limits: SessionLimits = city.app.extensions["signalbox_accounts"].limits
    with city.engine.read() as connection:
        return sign_in_history(connection, who(city, username), city.clock.now(), limits)


def who(city: City, username: str) -> Actor:
    return Actor(city.users[username], username, None)


def test_one_session_and_all_others(open_city: City) -> None:
    city = open_city
    browsers = [city.browser(f"10.0.0.{number}") for number in range(1, 5)]
    for browser in browsers:
        browser.sign_in("lina")
    stranger = city.browser("10.9.9.9")
    stranger.sign_in("wang")
    first, *_, last = reversed(sessions(city, "lina"))
    with pytest.raises(NotFound):
        city.engine.run(end_own_session, who(city, "lina"), sessions(city, "wang")[0].id)
    with pytest.raises(NotFound):
        city.engine.run(end_own_session, who(city, "lina"), 999_999)
    for _ in range(2):
        city.engine.run(end_own_session, who(city, "lina"), first.id)
    told = browsers[0].get("/api/me")
    assert (told.status_code, told.json["code"]) == (401, "session_ended_by_owner")
    assert city.engine.run(end_other_sessions, who(city, "lina"), last.id) == 2
    assert [browser.get("/api/me").status_code for browser in browsers] == [401, 401, 401, 200]
    assert stranger.get("/api/me").status_code == 200
    assert city.facts("session_ended_by_owner") == ["session_ended_by_owner"] * 3


def test_the_look_back_of_90_days(city: City) -> None:
    city.browser("10.0.0.1").sign_in("lina")
    city.later(minutes=31)
    for number in (2, 3):
        city.browser(f"10.0.0.{number}").sign_in("lina", "not my password")
    city.browser("10.0.0.4").sign_in("wang", "not my password")
    city.browser("10.0.0.4").sign_in("nobody-here", "not my password")
    (idle,) = sessions(city, "lina")
    assert (idle.end_reason, idle.ip) == ("idle", "10.0.0.1")  # nobody has asked since, and yet it is over
    assert idle.ended_at == idle.last_seen_at + SETTINGS.idle
    browser = city.browser("10.0.0.5")
    browser.sign_in("lina")
    browser.post("/sign-out")
    assert [one.end_reason for one in sessions(city, "lina")] == ["signed_out", "idle"]
    assert [(one.ip, one.wrong) for one in tries(city)] == [("10.0.0.3", "password"), ("10.0.0.2", "password")]
    city.later(days=90)
    assert sessions(city, "lina") == []
    assert tries(city) == []


def tries(city: City) -> list[WrongTry]:
    with city.engine.read() as connection:
        return wrong_tries(connection, who(city, "lina"), city.clock.now())
