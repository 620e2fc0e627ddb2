"""Strict headers stand on every answer: pages, machines' answers, refusals and breakdowns."""

from __future__ import annotations

import pytest
from flask import Response

from accounts.headers import CONTENT_SECURITY_POLICY
from accounts.policies import public
from tests.accounts.city import City


@pytest.mark.parametrize(
    ("path", "status"),
    [("/token", 200), ("/me", 401), ("/api/me", 401), ("/nowhere", 404), ("/broken", 500), ("/static/none.js", 404)],
)
def test_every_answer_has_strict_headers(city: City, path: str, status: int) -> None:
    answer = city.browser().get(path)
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Permissions-Policy"].startswith("camera=(self), geolocation=(self), ")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers


def test_a_view_may_loosen_a_header(city: City) -> None:
    @city.app.get("/own")
    @public
    def own() -> Response:
        return Response("", headers={"cache-control": "private", "X-Frame-Options": "SAMEORIGIN"})

    answer = city.browser().get("/own")
    assert answer.headers.getlist("Cache-Control") == ["private"]
    assert answer.headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert CONTENT_SECURITY_POLICY.endswith("frame-ancestors 'none'; object-src 'none'")
