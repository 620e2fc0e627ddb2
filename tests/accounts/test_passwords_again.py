"""A new password: none of the last five, by a one-time link for who has forgotten, at once for who was robbed."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select, update

from accounts.commands.create_api_key import create_api_key
from accounts.commands.issue_reset_link import issue_reset_link
from accounts.errors import OwnAccount
from accounts.models import FormerPassword, ResetLink, ResetRequest
from accounts.own_password import issue_link
from accounts.queries.reset_request_list import reset_request_list
from engine.authorization import ENGINE, Actor
from engine.errors import Forbidden, NotFound
from engine.models import User
from tests.accounts.city import PASSWORD, City

NEW = "Lamp-post 18 at dawn"
ADMIN = frozenset({"user.admin"})


def boss(city: City, organisation: str = "bureau") -> Actor:
    return Actor(city.users["boss"], "boss", city.organisations[organisation], permissions=ADMIN)


def link(city: City, username: str = "wang") -> str:
    path, expires_at = issue_link(city.engine, boss(city), city.users[username])
    assert expires_at == city.clock.now() + timedelta(hours=24)
    assert path.startswith("/reset/")
    return path.removeprefix("/reset/")


def test_the_last_five_passwords_may_not_be_used_again(city: City) -> None:
    browser, passwords = city.browser(), [PASSWORD, *(f"Lamp-post {n} in the rain" for n in range(1, 6))]
    for old, new in pairwise(passwords[:5]):
        assert browser.post("/password", username="wang", password=old, new=new).text == "changed"
    for used in passwords[:4]:
        answer = browser.post("/password", username="wang", password=passwords[4], new=used)
        assert (answer.status_code, answer.json["code"]) == (422, "password_used_before")
        assert answer.json["detail"] == "不能使用最近 5 次用过的口令。"
    assert browser.post("/password", username="wang", password=passwords[4], new=passwords[5]).text == "changed"
    assert browser.post("/password", username="wang", password=passwords[5], new=PASSWORD).text == "changed"
    with city.engine.read() as connection:
        kept = connection.scalars(select(FormerPassword.password_hash).order_by(FormerPassword.id)).all()
    assert len(kept) == 5
    assert all(hash_.startswith("$argon2id$") for hash_ in kept)


def test_whoever_forgot_is_told_the_same_whether_known_or_not(city: City) -> None:
    answers = [city.browser().post("/forgot", username=name) for name in ("wang", " WANG ", "nobody-here", "lina")]
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "asked")] * 4
    with city.engine.read() as connection:
        mine = reset_request_list(connection, boss(city)).items
        all_of_them = reset_request_list(connection, ENGINE).items
        with pytest.raises(Forbidden):
            reset_request_list(connection, Actor(1, "x", city.organisations["bureau"]))
    assert [(one.username, one.ip, one.asked_at) for one in mine] == [("wang", "10.0.0.1", city.clock.now())]
    assert [one.username for one in all_of_them] == ["lina", "wang"]
    asked = [fact["user"] for fact in city.history() if fact["type"] == "password_reset_asked"]
    assert asked == [city.users["wang"], city.users["wang"], None, city.users["lina"]]


def test_asking_is_bounded_by_the_tally_of_the_address(city: City) -> None:
    answers = [city.browser().post("/forgot", username="wang").status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]
    assert city.browser("10.0.0.2").post("/forgot", username="wang").status_code == 200
    with city.engine.read() as connection:
        assert connection.scalar(select(func.count()).select_from(ResetRequest)) == 1


def test_a_link_sets_a_new_password_once(city: City) -> None:
    signed_in, visitor = city.browser("10.0.0.5"), city.browser()
    signed_in.sign_in("wang")
    for _ in range(5):
        visitor.sign_in("wang", "forgotten it")
    visitor.post("/forgot", username="wang")
    token = link(city)
    with city.engine.read() as connection:
        row = connection.execute(select(ResetLink)).one()
        assert reset_request_list(connection, boss(city)).items == []
    assert (len(token), len(row.token_hash), token in row.token_hash) == (43, 64, False)
    for new, code in (("short", "password_too_weak"), (PASSWORD, "password_used_before")):
        assert visitor.post("/reset", token=token, new=new).json["code"] == code
    assert visitor.post("/reset", token=token, new=NEW).text == "set"
    assert visitor.post("/reset", token=token, new=NEW + "!").json["code"] == "reset_link_invalid"
    assert signed_in.get("/api/me").json["code"] == "session_revoked"
    assert visitor.sign_in("wang", NEW).status_code == 302  # the lock of the wrong tries is gone, too
    wanted = ["password_reset_asked", "reset_link_issued", "password_reset"]
    assert city.facts(*wanted) == wanted


def test_a_link_ends_after_24_hours_by_a_newer_one_and_by_a_change(city: City) -> None:
    visitor = city.browser()
    first, second = link(city), link(city)
    assert visitor.post("/reset", token=first, new=NEW).json["code"] == "reset_link_invalid"
    visitor.post("/password", username="wang", password=PASSWORD, new=NEW)
    assert visitor.post("/reset", token=second, new=NEW + "!").json["code"] == "reset_link_invalid"
    third = link(city)
    city.later(hours=24)
    assert visitor.post("/reset", token=third, new=NEW + "!").json["code"] == "reset_link_invalid"
    fourth = link(city)
    city.later(hours=23, minutes=59, seconds=59)
    assert visitor.post("/reset", token=fourth, new=NEW + "!").text == "set"
    with city.engine.read() as connection:
        reasons = connection.scalars(select(ResetLink.end_reason).order_by(ResetLink.id)).all()
    assert reasons == ["replaced", "changed", "replaced", "used"]


def test_a_deactivated_account_gets_in_by_no_link(city: City) -> None:
    token = link(city)
    with city.engine.database.writing.begin() as connection:
        connection.execute(update(User).where(User.username == "wang").values(active=False))
    assert city.browser().post("/reset", token=token, new=NEW).json["code"] == "reset_link_invalid"


def test_links_are_issued_by_administrators_for_others_of_their_organisation(city: City) -> None:
    with pytest.raises(NotFound):
        city.engine.run(issue_reset_link, boss(city), city.users["lina"], "h" * 64)
    with pytest.raises(NotFound):
        city.engine.run(issue_reset_link, boss(city), 999_999, "h" * 64)
    with pytest.raises(OwnAccount):
        city.engine.run(issue_reset_link, boss(city), city.users["boss"], "h" * 64)
    with pytest.raises(Forbidden):
        city.engine.run(issue_reset_link, Actor(1, "x", city.organisations["bureau"]), city.users["wang"], "h" * 64)


def test_a_leaked_account_is_closed_at_once(city: City) -> None:
    phone, office = city.browser("10.0.0.1"), city.browser("10.0.0.2")
    permissions = frozenset({"case.start"})
    wang = Actor(city.users["wang"], "wang", city.organisations["bureau"], permissions=permissions)
    key = city.engine.run(create_api_key, wang, city.users["wang"], "of mine", ["case.start"], 9).key
    office.sign_in("wang")
    assert office.post("/leaked", password="not my password").json["code"] == "bad_credentials"
    assert office.get("/api/me").status_code == 200
    path = office.post("/leaked", password=PASSWORD).text
    assert office.get("/api/me").status_code == 401
    assert phone.client.get("/api/me", headers={"Authorization": f"Bearer {key}"}).json["code"] == "api_key_invalid"
    assert phone.sign_in("wang").json["code"] == "bad_credentials"  # the leaked password is worth nothing
    changed = phone.post("/password", username="wang", password=PASSWORD, new=NEW)
    assert changed.json["code"] == "bad_credentials"
    token = path.removeprefix("/reset/")
    assert office.post("/reset", token=token, new=PASSWORD).json["code"] == "password_used_before"
    assert office.post("/reset", token=token, new=NEW).text == "set"
    assert office.sign_in("wang", NEW).status_code == 302
    (fact,) = [fact for fact in city.history() if fact["type"] == "account_leaked"]
    assert (fact["user"], fact["sessions"], fact["keys"]) == (city.users["wang"], 1, 1)
