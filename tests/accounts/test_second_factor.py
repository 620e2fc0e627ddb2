"""The second step of signing in: set up, used once, locked, recovered, demanded by a role, taken away."""

from __future__ import annotations

import threading
from base64 import b32decode
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from accounts.commands.reset_second_factor import reset_second_factor
from accounts.errors import OwnAccount
from accounts.models import RecoveryCode, SecondFactor
from accounts.one_time_codes import code_at
from engine.authorization import ENGINE, Actor
from engine.errors import Forbidden, NotFound
from tests.accounts.city import PASSWORD, SETTINGS, Browser, City, build


def set_up(city: City, browser: Browser) -> tuple[bytes, list[str]]:
    """The secret and the recovery codes of who is signed in. The next code is good half a minute later."""
    secret = b32decode(browser.post("/factor", password=PASSWORD).json["secret"].replace(" ", ""))
    codes: list[str] = browser.post("/factor/confirm", code=code_at(secret, city.clock.now())).json["recovery"]
    city.later(seconds=30)
    return secret, codes


@pytest.fixture
def secured(city: City) -> tuple[bytes, list[str]]:
    browser = city.browser()
    browser.sign_in("lina")
    return set_up(city, browser)


def code(city: City, secret: bytes) -> str:
    return code_at(secret, city.clock.now())


def wrong(city: City, secret: bytes) -> str:
    return f"{(int(code(city, secret)) + 7) % 10**6:06}"


def test_a_code_is_asked_for_after_the_right_password(city: City, secured: tuple[bytes, list[str]]) -> None:
    secret, _ = secured
    browser = city.browser("10.0.0.2")
    assert browser.sign_in("lina", "not my password").json["code"] == "bad_credentials"
    answer = browser.sign_in("lina")
    assert (answer.status_code, answer.json["code"]) == (401, "code_required")
    assert browser.get("/api/me").status_code == 401
    assert browser.post("/code", code=code(city, secret)).json == {"displaced": ["10.0.0.1"], "recovery": []}
    assert browser.get("/api/me").json["name"] == "lina"
    with browser.client.session_transaction() as cookie:
        assert "password_verified" not in cookie
    assert city.facts("second_factor_set_up", "signed_in") == ["signed_in", "second_factor_set_up", "signed_in"]


def test_each_code_once(city: City, secured: tuple[bytes, list[str]]) -> None:
    secret, _ = secured
    first, second = city.browser("10.0.0.2"), city.browser("10.0.0.3")
    used = code(city, secret)
    first.sign_in("lina")
    second.sign_in("lina")
    assert first.post("/code", code=used).status_code == 200
    city.later(seconds=1)
    second.sign_in("lina")
    assert second.post("/code", code=used).json["code"] == "code_wrong"
    city.later(seconds=30)
    assert second.post("/code", code=code(city, secret)).status_code == 200


def test_the_code_that_set_it_up_signs_nobody_in(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    secret = b32decode(browser.post("/factor", password=PASSWORD).json["secret"].replace(" ", ""))
    used = code(city, secret)
    browser.post("/factor/confirm", code=used)
    city.later(seconds=1)
    browser.sign_in("lina")
    assert browser.post("/code", code=used).json["code"] == "code_wrong"


def test_two_browsers_with_one_code_at_once(city: City, secured: tuple[bytes, list[str]]) -> None:
    secret, _ = secured
    typed, ready, seen = code(city, secret), threading.Barrier(4), list[int]()
    browsers = [city.browser(f"10.0.0.{number}") for number in range(2, 6)]
    for browser in browsers:
        browser.sign_in("lina")
    tokens = [browser.token() for browser in browsers]

    def enter(browser: Browser, token: str) -> None:
        ready.wait()
        seen.append(browser.client.post("/code", data={"csrf_token": token, "code": typed}).status_code)

    threads = [threading.Thread(target=enter, args=one) for one in zip(browsers, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [200, 401, 401, 401]


def test_a_recovery_code_stands_in_once(city: City, secured: tuple[bytes, list[str]]) -> None:
    _, codes = secured
    assert len(codes) == 10
    for typed, status in ((codes[3], 200), (codes[3], 401), (codes[4].upper().replace("-", " "), 200)):
        browser = city.browser()
        browser.sign_in("lina")
        assert browser.post("/code", code=typed).status_code == status
        city.later(seconds=1)
    assert city.facts("recovery_code_used") == ["recovery_code_used"] * 2
    with city.engine.read() as connection:
        stored = connection.execute(select(RecoveryCode.code_hash, RecoveryCode.used_at)).all()
    assert sum(row.used_at is not None for row in stored) == 2
    assert not {row.code_hash for row in stored} & set(codes)


def test_wrong_codes_lock_as_wrong_passwords_do(city: City, secured: tuple[bytes, list[str]]) -> None:
    """A right password in between, at the door or for a change of it, gives no more guesses."""
    secret, _ = secured
    seen, new = [], "Lamp-post 18 at dawn"
    for number in range(5):
        browser = city.browser()
        assert browser.sign_in("lina", PASSWORD if number < 3 else new).json["code"] == "code_required"
        if number == 2:
            browser.post("/password", username="lina", password=PASSWORD, new=new)
            browser.sign_in("lina", new)
        seen.append(browser.post("/code", code=wrong(city, secret)).json["code"])
    assert seen == ["code_wrong"] * 4 + ["account_locked"]
    assert city.browser().sign_in("lina", new).json["code"] == "account_locked"
    assert browser.post("/code", code=code(city, secret)).json["code"] == "account_locked"
    assert [fact["wrong"] for fact in city.history() if fact["type"] == "sign_in_failed"] == ["code"] * 5
    city.later(seconds=60)
    assert browser.post("/code", code=code(city, secret)).status_code == 200
    assert city.browser("10.0.0.8").sign_in("lina", new).json["code"] == "code_required"


def test_right_passwords_and_codes_never_lock(city: City, secured: tuple[bytes, list[str]]) -> None:
    secret, _ = secured
    for _ in range(31):
        browser = city.browser()
        assert browser.sign_in("lina").json["code"] == "code_required"
        assert browser.post("/code", code=code(city, secret)).status_code == 200
        city.later(seconds=30)


def test_the_first_step_is_good_for_five_minutes(city: City, secured: tuple[bytes, list[str]]) -> None:
    secret, _ = secured
    browser = city.browser()
    browser.sign_in("lina")
    city.later(minutes=5, seconds=1)
    assert browser.post("/code", code=code(city, secret)).json["code"] == "sign_in_step_over"
    browser.sign_in("lina")
    city.later(minutes=5)
    assert browser.post("/code", code=code(city, secret)).status_code == 200


def test_nobody_enters_with_a_code_alone(city: City, secured: tuple[bytes, list[str]]) -> None:
    secret, _ = secured
    for forged in (None, f"{city.users['lina']}.{int(city.clock.now().timestamp() * 10**6)}.{'0' * 64}", "999999.1.x"):
        browser = city.browser()
        if forged:  # even who had the key of the cookie would need the stored hash
            with browser.client.session_transaction() as cookie:
                cookie["password_verified"] = forged
        assert browser.post("/code", code=code(city, secret)).json["code"] == "sign_in_step_over"


def test_a_copy_of_the_cookie_between_the_steps_is_worth_nothing_later(
    city: City, secured: tuple[bytes, list[str]]
) -> None:
    secret, codes = secured
    browser, thief = city.browser("10.0.0.2"), city.browser("10.6.6.6")
    browser.sign_in("lina")
    token, copied = browser.token(), browser.client.get_cookie("signalbox")
    assert copied is not None
    city.later(seconds=1)
    assert browser.post("/code", code=code(city, secret)).status_code == 200
    browser.post("/sign-out")
    thief.client.set_cookie("signalbox", copied.value)
    answer = thief.client.post("/code", data={"csrf_token": token, "code": codes[0]})
    assert answer.json["code"] == "sign_in_step_over"


def test_a_change_of_password_between_the_steps_begins_anew(city: City, secured: tuple[bytes, list[str]]) -> None:
    secret, _ = secured
    browser = city.browser()
    browser.sign_in("lina")
    city.browser().post("/password", username="lina", password=PASSWORD, new="Lamp-post 18 at dawn")
    assert browser.post("/code", code=code(city, secret)).json["code"] == "sign_in_step_over"


def test_secrets_are_sealed_in_the_database(city: City, secured: tuple[bytes, list[str]]) -> None:
    secret, codes = secured
    with city.engine.read() as connection:
        row = connection.execute(select(SecondFactor)).one()
    assert (row.user_id, row.offered, len(row.secret)) == (city.users["lina"], None, 12 + 20 + 16)
    assert secret not in row.secret
    with city.engine.database.writing.begin() as connection:  # somebody else's sealed secret opens nothing
        connection.execute(update(SecondFactor).values(secret=row.secret[:-1] + b"x"))
    browser = city.browser()
    browser.sign_in("lina")
    assert browser.post("/code", code=code(city, secret)).json["code"] == "code_wrong"
    assert browser.post("/code", code=codes[0]).status_code == 200


def test_setting_up_and_turning_off_ask_for_the_password(city: City, secured: tuple[bytes, list[str]]) -> None:
    secret, codes = secured
    browser = city.browser()
    browser.sign_in("lina")
    browser.post("/code", code=code(city, secret))
    for path in ("/factor", "/factor/off"):
        assert browser.post(path, password="not my password").json["code"] == "bad_credentials"
    renewed = b32decode(browser.post("/factor", password=PASSWORD).json["secret"].replace(" ", ""))
    assert renewed != secret
    assert browser.post("/factor/confirm", code=wrong(city, renewed)).json["code"] == "code_wrong"
    city.later(minutes=10, seconds=1)
    assert browser.post("/factor/confirm", code=code(city, renewed)).json["code"] == "offer_over"
    again = city.browser()
    again.sign_in("lina")
    assert again.post("/code", code=code(city, secret)).status_code == 200  # what was only offered changes nothing
    newest, new_codes = set_up(city, again)
    again.sign_in("lina")
    for typed, status in ((codes[0], 401), (code(city, secret), 401), (code(city, newest), 200)):
        assert again.post("/code", code=typed).status_code == status
    assert not set(codes) & set(new_codes)
    assert again.post("/factor/off", password=PASSWORD).text == "off"
    assert again.sign_in("lina").status_code == 302
    assert city.facts("second_factor_removed") == ["second_factor_removed"]


@pytest.fixture
def strict(city: City) -> City:
    """The same city; who reports faults must have a second factor."""
    app, engine = build(
        city.engine.database, city.clock, replace(SETTINGS, second_factor_roles=frozenset({"reporter"}))
    )
    return City(app, engine, city.clock, city.users, city.organisations)


def test_a_role_may_have_to_have_it(strict: City) -> None:
    assert strict.browser().sign_in("lina").status_code == 302
    browser = strict.browser()
    answer = browser.sign_in("wang")
    assert (answer.status_code, answer.json["code"]) == (403, "second_factor_missing")
    assert browser.get("/api/me").status_code == 401
    secret = offered(strict, "wang")
    assert browser.post("/code", code=wrong(strict, secret)).json["code"] == "code_wrong"
    told = browser.post("/code", code=code(strict, secret)).json
    assert len(told["recovery"]) == 10
    assert browser.get("/api/me").json["name"] == "wang"
    assert browser.post("/factor/off", password=PASSWORD).json["code"] == "second_factor_kept"
    strict.later(seconds=30)
    assert browser.sign_in("wang").json["code"] == "code_required"
    assert browser.post("/code", code=code(strict, secret)).json["recovery"] == []


def test_an_administrator_takes_it_away(city: City, secured: tuple[bytes, list[str]]) -> None:
    boss = Actor(city.users["boss"], "boss", city.organisations["bureau"], permissions=frozenset({"user.admin"}))
    head = replace(boss, id=city.users["wang"], organisation_id=city.organisations["lamp"])
    with pytest.raises(NotFound):
        city.engine.run(reset_second_factor, boss, city.users["lina"])
    with pytest.raises(Forbidden):
        city.engine.run(reset_second_factor, replace(head, permissions=frozenset()), city.users["lina"])
    with pytest.raises(OwnAccount):
        city.engine.run(reset_second_factor, replace(head, id=city.users["lina"]), city.users["lina"])
    assert city.engine.run(reset_second_factor, head, city.users["lina"])
    assert not city.engine.run(reset_second_factor, ENGINE, city.users["lina"])
    assert city.browser().sign_in("lina").status_code == 302
    with city.engine.read() as connection:
        assert connection.execute(select(RecoveryCode.id)).all() == []


def offered(city: City, username: str) -> bytes:
    with city.engine.read() as connection:
        sealed: Any = connection.scalar(
            select(SecondFactor.offered).where(SecondFactor.user_id == city.users[username])
        )
    secret = city.app.extensions["signalbox_accounts"].factors.vault.open(sealed, city.users[username])
    assert isinstance(secret, bytes)
    return secret
