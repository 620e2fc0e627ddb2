"""Wrong passwords lock a name with a doubling wait, and an address for the rest of its 15 minutes."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.attempts import address_subject, name_subject
from accounts.lockout import Tally, count_address, count_name, locked_minutes
from accounts.models import SignInAttempt
from tests.accounts.city import PASSWORD, City
from tests.conftest import T0

WRONG = "wrong horse battery"


def codes(city: City, username: str, *passwords: str) -> list[str]:
    answers = [city.browser().sign_in(username, password) for password in passwords]
    return [answer.json["code"] if answer.is_json or answer.status_code >= 400 else "in" for answer in answers]


@pytest.mark.parametrize("username", ["lina", "nobody-here"])
def test_five_wrong_passwords_lock_a_name_whether_or_not_it_exists(city: City, username: str) -> None:
    assert codes(city, username, *[WRONG] * 5) == ["bad_credentials"] * 4 + ["account_locked"]
    answer = city.browser().sign_in(username, PASSWORD)
    assert (answer.status_code, answer.json["code"]) == (429, "account_locked")
    assert answer.json["params"] == {"minutes": 1}
    assert answer.json["detail"] == "口令或验证码错误次数过多，该用户名已锁定，请 1 分钟后再试。"
    assert city.facts("sign_in_failed", "signed_in") == ["sign_in_failed"] * 5


def test_the_lock_ends_to_the_second(city: City) -> None:
    codes(city, "lina", *[WRONG] * 5)
    city.later(seconds=59)
    assert codes(city, "lina", PASSWORD) == ["account_locked"]
    city.later(seconds=1)
    assert codes(city, "lina", PASSWORD) == ["in"]


def test_the_wait_doubles_to_60_minutes(city: City) -> None:
    codes(city, "lina", *[WRONG] * 4)
    waits = []
    for _ in range(9):
        answer = city.browser().sign_in("lina", WRONG)
        assert answer.status_code == 429
        waits.append(answer.json["params"]["minutes"])
        city.later(minutes=waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert codes(city, "lina", PASSWORD) == ["in"]
    assert codes(city, "lina", *[WRONG] * 5) == ["bad_credentials"] * 4 + ["account_locked"]


def test_four_wrong_passwords_in_15_minutes_do_not_lock(city: City) -> None:
    for _ in range(3):
        assert codes(city, "lina", *[WRONG] * 4) == ["bad_credentials"] * 4
        city.later(minutes=15)
    assert codes(city, "lina", *[WRONG] * 4, PASSWORD) == ["bad_credentials"] * 4 + ["in"]
    assert codes(city, "lina", *[WRONG] * 4) == ["bad_credentials"] * 4


def test_30_wrong_passwords_from_an_address_stop_it_until_its_15_minutes_are_over(city: City) -> None:
    names = [f"name{number}" for number in range(30)]
    assert {code for name in names for code in codes(city, name, WRONG)} == {"bad_credentials"}
    city.later(minutes=5)
    answer = city.browser().sign_in("lina", PASSWORD)
    assert (answer.status_code, answer.json["code"], answer.json["params"]) == (
        429,
        "too_many_attempts",
        {"minutes": 10},
    )
    assert city.browser("10.0.0.9").sign_in("lina").status_code == 302
    city.later(minutes=10)
    assert codes(city, "wang", PASSWORD) == ["in"]


def test_right_passwords_do_not_count_against_an_address(city: City) -> None:
    for _ in range(31):
        assert codes(city, "lina", PASSWORD) == ["in"]
    with city.engine.read() as connection:
        failures = connection.scalar(select(SignInAttempt.failures))
    assert failures == 0


def test_a_day_later_all_is_forgotten(city: City) -> None:
    codes(city, "lina", *[WRONG] * 5)
    codes(city, "somebody", WRONG)
    city.later(hours=24)
    assert codes(city, "lina", *[WRONG] * 4, PASSWORD) == ["bad_credentials"] * 4 + ["in"]
    city.later(hours=24, seconds=1)
    codes(city, "wang", PASSWORD)
    with city.engine.read() as connection:
        assert connection.scalar(select(func.count()).select_from(SignInAttempt)) == 1  # this address, just now


def test_parallel_guesses_get_no_more_tries(city: City) -> None:
    """Eight addresses at once when four were wrong already: one is looked at, seven are refused unseen."""
    codes(city, "lina", *[WRONG] * 4)
    ready, seen = threading.Barrier(8), list[str]()

    def guess(number: int) -> None:
        browser = city.browser(f"10.0.3.{number}")
        token = browser.token()
        ready.wait()
        answer = browser.client.post("/sign-in", data={"csrf_token": token, "username": "lina", "password": WRONG})
        seen.append(answer.json["code"])

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["account_locked"] * 8
    assert city.facts("sign_in_failed") == ["sign_in_failed"] * 5


def test_figures_of_the_window() -> None:
    tally: Tally | None = None
    for _ in range(5):
        tally = count_name(tally, T0)
    assert tally == Tally(5, T0, T0, 1, T0 + timedelta(minutes=1))
    assert locked_minutes(tally, T0) == 1
    assert locked_minutes(tally, T0 + timedelta(seconds=59)) == 1
    assert locked_minutes(tally, T0 + timedelta(seconds=60)) == 0
    for _ in range(30):
        assert locked_minutes(tally, T0) == 1
    address: Tally | None = None
    for _ in range(29):
        address = count_address(address, T0)
    assert address is not None
    assert address.locked_until is None
    assert count_address(address, T0).locked_until == T0 + timedelta(minutes=15)
    assert count_address(address, T0 + timedelta(minutes=15)).failures == 1


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("10.0.0.1", "address:10.0.0.1/32"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "address:2001:db8:1:2::/64"),
    ],
)
def test_subjects_of_addresses(address: str, subject: str) -> None:
    assert address_subject(address) == subject


def test_subjects_fit_their_column() -> None:
    assert max(len(name_subject("k" * 32, "n" * 500)), len(address_subject("x" * 500))) <= 80
