"""Browsers at the machine doors: their cookie works, and only with the proof against forged requests."""

from __future__ import annotations

from accounts.api_keys import digest
from accounts.commands.open_session import Browser, open_session
from accounts.context import EXTENSION
from accounts.people import TOKEN
from engine.authorization import Actor
from tests.api.town import REPORT, Town


def test_a_session_needs_the_proof_and_a_key_does_not(town: Town) -> None:
    client = town.browser()
    me = town.reporter.get("/me").json
    actor = Actor(me["id"], me["username"], None)
    browser = Browser(digest("secret of the browser"), "127.0.0.1", "tests")
    limits = town.app.extensions[EXTENSION].limits
    town.engine.run(open_session, actor, browser, ("name:x", "address:y"), "no password", limits)
    with client.session_transaction() as session:
        session[TOKEN] = "secret of the browser"
        session["csrf"] = "proof"

    assert client.get("/api/v1/me").json["username"] == "reporter"
    body = {"definition_key": "fault_repair_fc", "data": REPORT}
    forged = client.post("/api/v1/instances", json=body)
    assert (forged.status_code, forged.json["code"]) == (400, "csrf_missing")
    assert forged.content_type == "application/problem+json"
    assert client.post("/api/v1/instances", json=body, headers={"X-CSRFToken": "proof"}).status_code == 201
