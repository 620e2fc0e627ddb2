"""Signing in and out: what a person gets, what an impostor gets, and what history says of both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from accounts.models import LiveSession, SignInAttempt
from accounts.security import password_matches
from engine.audit import verify
from engine.models import User
from tests.accounts.city import PASSWORD, SETTINGS, Browser, City, build
from tests.engine.statements import counted


def test_a_person_gets_an_actor_with_the_rights_of_all_roles(city: City) -> None:
    browser = city.browser()
    answer = browser.sign_in("lina")
    assert (answer.status_code, answer.location) == (302, "/")
    me = browser.get("/me").json
    assert me == {
        "id": city.users["lina"],
        "name": "lina",
        "organisation_id": city.organisations["lamp"],
        "organisation": "灯光公司",
        "roles": ["dispatcher", "field_engineer"],
        "groups": ["dispatcher", "field_engineer"],
        "permissions": [
            "attachment.add",
            "case.cancel",
            "case.link",
            "case.read",
            "case.start",
            "comment.write",
            "history.read",
            "ledger.read",
            "message.send",
            "task.dispatch",
            "task.work",
        ],
        "role_names": ["服务值班", "技术工程师"],
    }
    assert city.facts("signed_in") == ["signed_in"]


def test_names_are_found_in_any_case_and_passwords_in_any_width(city: City) -> None:
    assert city.browser().sign_in(" LINA ").status_code == 302
    full_width = PASSWORD.replace("1", "１")
    assert city.browser().sign_in("lina", full_width).status_code == 302


def test_only_hashes_are_stored(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    with browser.client.session_transaction() as cookie:
        token = cookie["live"]
    with city.engine.read() as connection:
        stored = connection.scalar(select(LiveSession.token_hash))
        password = connection.scalar(select(User.password).where(User.username == "lina")) or ""
    assert len(token) == 43
    assert stored is not None
    assert len(stored) == 64
    assert token not in stored
    assert password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_signing_out_ends_the_session_and_the_cookie(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    stolen = browser.client.get_cookie("signalbox")
    assert browser.post("/sign-out").text == "out"
    assert browser.get("/api/me").status_code == 401
    assert stolen is not None
    browser.client.set_cookie("signalbox", stolen.value)
    assert browser.get("/api/me").json["code"] == "sign_in_required"
    assert city.facts("signed_in", "signed_out") == ["signed_in", "signed_out"]


def test_the_second_sign_in_ends_the_first_and_both_are_told(city: City) -> None:
    office, phone = city.browser("10.0.0.1"), city.browser("10.0.0.2")
    office.sign_in("lina")
    answer = phone.sign_in("lina")
    assert answer.headers["X-Displaced"] == "10.0.0.1"
    told = office.get("/api/me")
    assert (told.status_code, told.json["code"]) == (401, "session_displaced")
    assert told.json["detail"] == "您已退出：该账号已在另一台设备登录。若非本人操作，请立即修改口令。"
    assert office.get("/me").json == told.json
    assert office.get("/sign-in").text == told.json["detail"]
    assert phone.get("/me").status_code == 200
    assert city.facts("signed_in", "session_displaced") == ["signed_in", "session_displaced", "signed_in"]
    office.sign_in("lina")
    assert (office.get("/me").status_code, phone.get("/api/me").json["code"]) == (200, "session_displaced")


def test_several_sessions_may_be_allowed(city: City) -> None:
    app, _ = build(city.engine.database, city.clock, replace(SETTINGS, single_session=False))
    first, second = (Browser(app.test_client()) for _ in range(2))
    first.sign_in("lina")
    second.sign_in("lina")
    assert [one.get("/me").status_code for one in (first, second)] == [200, 200]


def test_the_cookie_session_is_new_after_signing_in(city: City) -> None:
    """Fixation: what an attacker planted in the browser before is worth nothing after."""
    browser = city.browser()
    planted = browser.token()
    with browser.client.session_transaction() as cookie:
        cookie["planted"] = "yes"
        cookie["live"] = "attackers-token"
    browser.sign_in("lina")
    with browser.client.session_transaction() as cookie:
        assert sorted(cookie) == ["live"]
        assert cookie["live"] != "attackers-token"
    assert browser.token() != planted
    assert browser.client.post("/me", data={"csrf_token": planted}).status_code == 400


def test_cookie_flags(city: City) -> None:
    cookie = city.browser().sign_in("lina").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie


def test_cookie_flags_over_https(city: City) -> None:
    app, _ = build(city.engine.database, city.clock, replace(SETTINGS, cookie_secure=True))
    answer = app.test_client().get("/token", base_url="https://city.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-signalbox=")
    assert "; Secure" in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_session_lives_30_minutes_without_use(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    city.later(minutes=30)
    assert browser.get("/api/me").status_code == 200  # used again at minute 30
    city.later(minutes=30)
    assert browser.get("/api/me").status_code == 200
    city.later(minutes=30, seconds=1)
    told = browser.get("/api/me")
    assert (told.status_code, told.json["code"]) == (401, "session_idle")
    assert browser.get("/api/me").json["code"] == "session_idle"
    assert city.facts("session_idle") == ["session_idle"]


def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    city.later(minutes=20)
    assert browser.client.get("/api/me", headers={"Signalbox-Refresh": "1"}).status_code == 200
    city.later(minutes=10, seconds=1)
    assert browser.get("/api/me").json["code"] == "session_idle"


def test_a_session_lives_12_hours_at_the_most(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    for _ in range(24):
        city.later(minutes=30)
        assert browser.get("/api/me").status_code == 200
    city.later(seconds=1)
    assert browser.get("/api/me").json["code"] == "session_expired"
    assert city.facts("session_expired") == ["session_expired"]


def test_use_is_noted_at_most_once_a_minute(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    seen = []
    for seconds in (59, 1, 59):
        city.later(seconds=seconds)
        browser.get("/me")
        with city.engine.read() as connection:
            seen.append(connection.scalar(select(LiveSession.last_seen_at)))
    start = city.clock.now() - timedelta(seconds=119)
    assert seen == [start, start + timedelta(seconds=60), start + timedelta(seconds=60)]


def test_a_person_is_loaded_by_one_statement(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    with counted(city.engine.database) as said:
        assert browser.get("/me").status_code == 200
    assert [text.split()[0] for text in said] == ["SELECT"]
    with counted(city.engine.database) as said:
        assert browser.get("/token").status_code == 200
    assert said == []  # a page for everybody asks for nobody


def test_a_deactivated_account_is_out_at_the_next_request(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    set_user(city, "lina", active=False)
    assert browser.get("/api/me").json["code"] == "session_revoked"
    assert browser.sign_in("lina").json["code"] == "bad_credentials"


def test_an_unknown_name_is_answered_like_a_wrong_password(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same words, same statements, one look at a hash of the same cost: nothing tells whether the name exists."""
    hashes: list[str] = []

    def watched(given: str, stored: str) -> bool:
        hashes.append(stored)
        return password_matches(given, stored)

    monkeypatch.setattr("accounts.authentication.password_matches", watched)
    seen: dict[str, tuple[int, Any, list[str]]] = {}
    for name in ("lina", "nobody-here"):
        browser = city.browser(f"10.0.1.{len(seen)}")
        browser.token()
        with counted(city.engine.database) as said:
            answer = browser.sign_in(name, "wrong horse battery")
        seen[name] = (answer.status_code, answer.json, said)
    assert seen["lina"] == seen["nobody-here"]
    assert seen["lina"][0] == 401
    assert seen["lina"][1]["code"] == "bad_credentials"
    assert len(hashes) == 2
    assert hashes[0].split("$")[:4] == hashes[1].split("$")[:4]


def test_what_was_typed_as_a_name_is_not_stored(city: City) -> None:
    city.browser().sign_in("my secret password")
    with city.engine.read() as connection:
        subjects = connection.scalars(select(SignInAttempt.subject).order_by(SignInAttempt.subject)).all()
    assert subjects[0] == "address:10.0.0.1/32"
    assert subjects[1].startswith("name:")
    assert "secret" not in "".join(subjects)
    assert [(f["user"], f["ip"]) for f in city.history() if f["type"] == "sign_in_failed"] == [(None, "10.0.0.1")]


def test_a_password_older_than_90_days_must_be_changed(city: City) -> None:
    browser = city.browser()
    city.later(days=90)
    assert browser.sign_in("lina").status_code == 302
    city.later(seconds=1)
    for _ in range(6):  # a right password never locks
        answer = browser.sign_in("lina")
        assert (answer.status_code, answer.json["code"]) == (403, "password_expired")
    new = "Lamp-post 18 at dawn"
    assert browser.post("/password", username="lina", password=PASSWORD, new=new).text == "changed"
    assert browser.sign_in("lina", new).status_code == 302


def test_changing_the_password_ends_every_session(city: City) -> None:
    browser, other = city.browser(), city.browser("10.0.0.2")
    browser.sign_in("lina")
    new = "Lamp-post 18 at dawn"
    changes = {
        "password_too_weak": ("lina", PASSWORD, "short"),
        "password_unchanged": ("lina", PASSWORD, PASSWORD),
        "bad_credentials": ("lina", "not my password", new),
    }
    for code, (username, old, wanted) in changes.items():
        answer = other.post("/password", username=username, password=old, new=wanted)
        assert answer.json["code"] == code
    assert browser.get("/me").status_code == 200
    assert other.post("/password", username="lina", password=PASSWORD, new=new).text == "changed"
    assert browser.get("/api/me").json["code"] == "session_revoked"
    assert city.facts("password_changed", "session_revoked") == ["session_revoked", "password_changed"]


def test_history_of_signing_in_is_sealed(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina", "wrong password!")
    browser.sign_in("lina")
    with city.engine.read() as connection:
        proof = verify(connection, b"h" * 32)
        sessions = connection.scalar(select(func.count()).select_from(LiveSession))
    assert proof.damages == ()
    assert city.facts("sign_in_failed", "signed_in") == ["sign_in_failed", "signed_in"]
    assert sessions == 1


def set_user(city: City, username: str, **values: object) -> None:
    with city.engine.database.writing.begin() as connection:
        connection.execute(update(User).where(User.username == username).values(**values))
