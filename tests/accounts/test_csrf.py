"""Unsafe requests of a browser need its token; without it the answer is 400 and nothing happens."""

from __future__ import annotations

import pytest

from tests.accounts.city import PASSWORD, City


@pytest.mark.parametrize("path", ["/me", "/api/me"])
def test_signed_in_browsers_must_send_their_token(city: City, path: str) -> None:
    browser, other = city.browser(), city.browser("10.0.0.2")
    browser.sign_in("lina")
    token, foreign = browser.token(), other.token()
    sent = {
        "none": browser.client.post(path),
        "empty": browser.client.post(path, data={"csrf_token": ""}),
        "foreign": browser.client.post(path, data={"csrf_token": foreign}),
        "not ASCII": browser.client.post(path, data={"csrf_token": "令牌"}),
        "in the address": browser.client.post(f"{path}?csrf_token={token}"),
        "form": browser.client.post(path, data={"csrf_token": token}),
        "header": browser.client.post(path, headers={"X-CSRFToken": token}, json={}),
    }
    assert {how: answer.status_code for how, answer in sent.items()} == {
        "none": 400,
        "empty": 400,
        "foreign": 400,
        "not ASCII": 400,
        "in the address": 400,
        "form": 200,
        "header": 200,
    }


def test_the_refusal_has_words(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    assert browser.client.post("/api/me").json["code"] == "csrf_missing"
    assert "页面已失效，请刷新后重新提交。" in browser.client.post("/me").text


def test_signing_in_needs_the_token_too(city: City) -> None:
    answer = city.browser().client.post("/sign-in", data={"username": "lina", "password": PASSWORD})
    assert answer.status_code == 400
    assert city.facts("signed_in", "sign_in_failed") == []


def test_an_anonymous_machine_is_told_to_sign_in_not_about_tokens(city: City) -> None:
    assert city.browser().client.post("/api/me").json["code"] == "sign_in_required"
