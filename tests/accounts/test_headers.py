"""Strict headers stand on every answer: pages, machines' answers, refusals and breakdowns."""

from __future__ import annotations

import pytest

from accounts.headers import CONTENT_SECURITY_POLICY
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
    assert answer.headers.get("Cache-Control") == (None if path.startswith("/static") else "no-store")
    assert "Strict-Transport-Security" not in answer.headers


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert CONTENT_SECURITY_POLICY.endswith("frame-ancestors 'none'; object-src 'none'")
