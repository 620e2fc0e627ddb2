"""The session cookie: what was proved once is believed again, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from accounts import cookies
from accounts.cookies import SignedCookies
from tests.accounts.city import City


@pytest.fixture(autouse=True)
def nothing_proved() -> Iterator[None]:
    cookies._PROVED.clear()
    yield
    cookies._PROVED.clear()


def serializer(key: str) -> URLSafeTimedSerializer:
    app = Flask("cookies")
    app.secret_key = key
    made = SignedCookies().get_signing_serializer(app)
    assert made is not None
    return made


def test_a_changed_cookie_is_refused_before_and_after_the_right_one() -> None:
    signer = serializer("k" * 40)
    right = signer.dumps({"live": "token"})
    at = right.rindex(".") + 3
    wrong = right[:at] + ("A" if right[at] != "A" else "B") + right[at + 1 :]
    for _ in range(2):
        with pytest.raises(BadSignature):
            signer.loads(wrong)
        assert signer.loads(right) == {"live": "token"}
        with pytest.raises(BadSignature):
            signer.loads("x" + right)
    assert len(cookies._PROVED) == 1


def test_another_key_proves_nothing_here() -> None:
    right = serializer("k" * 40).dumps({"live": "token"})
    assert serializer("k" * 40).loads(right) == {"live": "token"}
    with pytest.raises(BadSignature):
        serializer("l" * 40).loads(right)


def test_the_age_of_a_proved_cookie_is_judged_each_time() -> None:
    signer = serializer("k" * 40)
    right = signer.dumps({"live": "token"})
    assert signer.loads(right, max_age=60) == {"live": "token"}
    with pytest.raises(SignatureExpired):
        signer.loads(right, max_age=-1)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cookies, "MOST", 3)
    signer = serializer("k" * 40)
    for number in range(10):
        assert signer.loads(signer.dumps(number)) == number
        assert len(cookies._PROVED) <= 3


def test_the_application_reads_its_cookies_so(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    assert browser.get("/me").status_code == 200
    proved = set(cookies._PROVED)
    assert proved
    assert browser.get("/me").status_code == 200
    assert proved == cookies._PROVED  # the same cookie again
