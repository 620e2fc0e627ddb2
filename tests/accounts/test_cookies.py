"""The session cookie: what was proved once is believed again, and nothing else is."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response, session

from accounts import cookies
from accounts.cookies import SignedCookies
from tests.accounts.city import City

KEY = "k" * 40


class Sealed:
    """An app that reads and writes session cookies."""

    def __init__(self, key: str = KEY) -> None:
        self.app = Flask("cookies")
        self.app.secret_key = key
        self.app.permanent_session_lifetime = timedelta(minutes=1)
        self.sessions = self.app.session_interface = SignedCookies()

    def header(self, **values: Any) -> str:
        serializer = self.sessions.get_signing_serializer(self.app)
        assert serializer is not None
        return f"other=1; session={serializer.dumps(values)}"

    def read(self, header: str) -> dict[str, Any]:
        with self.app.test_request_context("/", headers={"Cookie": header}):
            return dict(session)


def spoiled(header: str) -> str:
    at = header.rindex(".") + 3
    return header[:at] + ("A" if header[at] != "A" else "B") + header[at + 1 :]


def test_a_changed_cookie_is_refused_before_and_after_the_right_one() -> None:
    sealed = Sealed()
    right = sealed.header(live="token")
    for _ in range(2):
        assert sealed.read(spoiled(right)) == {}
        assert sealed.read(right) == {"live": "token"}
        assert sealed.read(right.replace("session=", "session=x")) == {}
        assert sealed.read("other=1") == sealed.read("") == {}
    assert list(sealed.sessions.known) == [right]


def test_another_key_proves_nothing_here() -> None:
    right = Sealed().header(live="token")
    assert Sealed().read(right) == {"live": "token"}
    assert Sealed("l" * 40).read(right) == {}


def test_the_age_of_a_proved_cookie_is_judged_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed, now = Sealed(), time.time()
    right = sealed.header(live="token")
    for later, expected in (
        (0, {"live": "token"}),
        (59, {"live": "token"}),
        (62, {}),
        (-60, {}),
        (30, {"live": "token"}),
    ):
        monkeypatch.setattr("time.time", lambda later=later: now + later)
        assert sealed.read(right) == expected, later


def test_what_one_request_changes_the_next_does_not_see() -> None:
    sealed = Sealed()
    right, listed = sealed.header(live="token"), sealed.header(live="token", notes=["a"])
    for header, more in ((right, {}), (listed, {"notes": ["a"]})):
        for _ in range(3):
            with sealed.app.test_request_context("/", headers={"Cookie": header}):
                assert dict(session) == {"live": "token", **more}
                session["live"] = "another"
                session.get("notes", []).append("b")


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cookies, "MOST", 3)
    sealed = Sealed()
    for number in range(10):
        assert sealed.read(sealed.header(number=number)) == {"number": number}
        assert 0 < len(sealed.sessions.known) <= 3


def test_a_long_header_is_read_and_not_remembered() -> None:
    sealed = Sealed()
    padded = f"{sealed.header(live='token')}; padding={'x' * cookies.LONGEST}"
    assert sealed.read(padded) == {"live": "token"}
    assert sealed.sessions.known == {}


@pytest.mark.parametrize(
    ("change", "reads", "vary", "sets"),
    [
        ({}, False, None, False),
        ({}, True, "Cookie", False),
        ({"live": "another"}, True, "Cookie", True),
        ({"_permanent": True}, True, "Cookie", True),
    ],
)
def test_answers_say_what_they_depend_on(change: dict[str, Any], reads: bool, vary: str | None, sets: bool) -> None:
    sealed = Sealed()
    for _ in range(2):
        with sealed.app.test_request_context("/", headers={"Cookie": sealed.header(live="token")}):
            if reads:
                session.get("live")
            session.update(change) if change else None
            answer = sealed.app.process_response(Response("x"))
            assert (answer.headers.get("Vary"), "Set-Cookie" in answer.headers) == (vary, sets)


def test_an_answer_keeps_what_else_it_depends_on() -> None:
    sealed = Sealed()
    with sealed.app.test_request_context("/", headers={"Cookie": sealed.header(live="token")}):
        session.get("live")
        answer = sealed.app.process_response(Response("x", headers={"Vary": "Accept-Language"}))
    assert answer.headers["Vary"] == "Accept-Language, Cookie"


def test_the_application_reads_its_cookies_so(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    assert browser.get("/me").status_code == 200
    sessions = browser.client.application.session_interface
    assert isinstance(sessions, SignedCookies)
    known = set(sessions.known)
    assert known
    assert browser.get("/me").status_code == 200
    assert known == set(sessions.known)  # the same cookie again
