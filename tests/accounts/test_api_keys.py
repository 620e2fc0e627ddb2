"""API keys: what they may do, when they end, who may make them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from accounts.commands.create_api_key import create_api_key
from accounts.commands.revoke_api_key import revoke_api_key
from accounts.models import ApiKey
from engine.authorization import ENGINE, Actor
from engine.errors import Forbidden, Invalid, NotFound
from tests.accounts.city import City


def ask(city: City, key: str, path: str = "/api/me", method: str = "GET") -> Any:
    return city.app.test_client().open(path, method=method, headers={"Authorization": f"Bearer {key}"})


def make(city: City, username: str, *scopes: str, days: int = 30) -> str:
    return city.engine.run(create_api_key, ENGINE, city.users[username], "story", scopes, days).key


def test_a_key_is_shown_once_and_stored_as_a_hash(city: City) -> None:
    key = make(city, "lina", "case.read")
    assert re.fullmatch(r"sbx_[0-9a-f]{8}_[0-9a-f]{64}", key)
    with city.engine.read() as connection:
        row = connection.execute(select(ApiKey.prefix, ApiKey.key_hash, ApiKey.scopes)).one()
    assert row.prefix == key[4:12]
    assert len(row.key_hash) == 64
    assert row.key_hash not in key
    assert row.scopes == ["case.read"]
    assert key not in str(city.history())


def test_scopes_narrow_the_rights_of_the_person_and_never_widen_them(city: City) -> None:
    me = ask(city, make(city, "lina", "case.read", "user.admin")).json
    assert me["permissions"] == ["case.read"]
    assert me["roles"] == ["dispatcher", "field_engineer"]
    assert ask(city, make(city, "lina", "task.work"), "/api/tickets").json["code"] == "permission_missing"
    assert ask(city, make(city, "lina", "case.read"), "/api/tickets").text == "ok"
    assert ask(city, make(city, "wang", "case.read"), "/api/tickets").status_code == 403


def test_keys_need_no_csrf_token(city: City) -> None:
    assert ask(city, make(city, "lina", "task.work"), method="POST").status_code == 200


def test_a_key_goes_before_a_cookie(city: City) -> None:
    browser = city.browser()
    browser.sign_in("boss")
    headers = {"Authorization": f"Bearer {make(city, 'lina', 'case.read')}"}
    assert browser.client.get("/api/me", headers=headers).json["name"] == "lina"
    assert browser.client.get("/api/me", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert browser.client.post("/sign-in", headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_keys_and_sessions_live_beside_each_other(city: City) -> None:
    key, browser = make(city, "lina", "case.read"), city.browser()
    browser.sign_in("lina")
    assert ask(city, key).status_code == 200
    assert browser.get("/me").status_code == 200


def test_a_key_expires_to_the_second(city: City) -> None:
    key = make(city, "lina", "case.read", days=30)
    city.later(days=30, seconds=-1)
    assert ask(city, key).status_code == 200
    city.later(seconds=1)
    told = ask(city, key)
    assert (told.status_code, told.json["code"]) == (401, "api_key_invalid")


def test_revoking_bites_on_the_next_request(city: City) -> None:
    key = make(city, "lina", "case.read")
    assert ask(city, key).status_code == 200
    for _ in range(2):
        city.engine.run(revoke_api_key, ENGINE, 1 if city.engine.database.is_sqlite else newest(city))
        assert ask(city, key).json["code"] == "api_key_invalid"
    assert city.facts("api_key_created", "api_key_revoked") == ["api_key_created", "api_key_revoked"]


@pytest.mark.parametrize(
    "key", ["", "sbx_", "sbx_00000000_" + "0" * 64, "sbx_00000000_" + "0" * 63, "钥匙".encode().hex()]
)
def test_wrong_keys_are_refused(city: City, key: str) -> None:
    assert ask(city, key).json["code"] == "api_key_invalid"


def test_use_is_noted_once_an_hour(city: City) -> None:
    key, start = make(city, "lina", "case.read", days=2), city.clock.now()
    seen = []
    for minutes in (0, 59, 1):
        city.later(minutes=minutes)
        ask(city, key)
        with city.engine.read() as connection:
            seen.append(connection.scalar(select(ApiKey.last_used_at)))
    assert seen == [start, start, city.clock.now()]


def test_nobody_makes_a_key_for_another_or_a_stronger_one(city: City) -> None:
    lina = Actor(city.users["lina"], "lina", city.organisations["lamp"], permissions=frozenset({"case.read"}))
    boss = Actor(city.users["boss"], "boss", city.organisations["bureau"], permissions=frozenset({"user.admin"}))
    assert city.engine.run(create_api_key, lina, city.users["lina"], "x", ["case.read"], 1).key
    with pytest.raises(Forbidden):
        city.engine.run(create_api_key, lina, city.users["lina"], "x", ["case.read", "task.work"], 1)
    with pytest.raises(NotFound):
        city.engine.run(create_api_key, boss, city.users["wang"], "x", ["user.admin"], 1)
    with pytest.raises(NotFound):
        city.engine.run(create_api_key, ENGINE, 0, "x", ["case.read"], 1)


def test_an_administrator_revokes_keys_of_the_own_organisation(city: City) -> None:
    boss = Actor(city.users["boss"], "boss", city.organisations["bureau"], permissions=frozenset({"user.admin"}))
    own = make(city, "wang", "case.start")
    own_id = newest(city)
    foreign = make(city, "lina", "case.read")
    with pytest.raises(NotFound):
        city.engine.run(revoke_api_key, boss, newest(city))
    with pytest.raises(NotFound):
        city.engine.run(revoke_api_key, replace(boss, permissions=frozenset()), own_id)
    city.engine.run(revoke_api_key, boss, own_id)
    assert (ask(city, own).status_code, ask(city, foreign).status_code) == (401, 200)


@pytest.mark.parametrize(
    ("name", "scopes", "days", "wrong"),
    [
        (" ", ["case.read"], 1, ["name"]),
        ("x", [], 1, ["scopes"]),
        ("x", ["case.raed"], 1, ["scopes"]),
        ("x", ["case.read"], 0, ["days"]),
        ("x", ["case.read"], 367, ["days"]),
        ("x" * 101, ["nothing"], 400, ["name", "scopes", "days"]),
    ],
)
def test_bad_input_is_named_all_at_once(city: City, name: str, scopes: list[str], days: int, wrong: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        city.engine.run(create_api_key, ENGINE, city.users["lina"], name, scopes, days)
    assert list(refused.value.fields) == wrong


def newest(city: City) -> int:
    with city.engine.read() as connection:
        return connection.scalars(select(ApiKey.id).order_by(ApiKey.id.desc())).first() or 0
