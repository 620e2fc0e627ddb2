"""Browsers at the machine doors: their cookie works, and only with the proof against forged requests."""

from __future__ import annotations

from typing import Any

from accounts.api_keys import digest
from accounts.commands.open_session import Browser, Proof, open_session
from accounts.context import EXTENSION
from accounts.people import TOKEN
from engine.authorization import Actor
from tests.api.town import REPORT, Town
from tests.conftest import T0


def signed_in(town: Town) -> Any:
    """The reporter's browser, with a live session and its proof."""
    client = town.browser()
    me = town.reporter.get("/me").json
    actor = Actor(me["id"], me["username"], None)
    browser = Browser(digest("secret of the browser"), "127.0.0.1", "tests")
    here, proof = town.app.extensions[EXTENSION], Proof(digest("no password"), T0, ("name:x", "address:y"))
    town.engine.run(open_session, actor, browser, proof, here.limits, here.factors)
    with client.session_transaction() as session:
        session[TOKEN] = "secret of the browser"
        session["csrf"] = "proof"
    return client


def test_a_session_needs_the_proof_and_a_key_does_not(town: Town) -> None:
    client = signed_in(town)
    assert client.get("/api/v1/me").json["username"] == "reporter"
    body = {"definition_key": "fault_repair_fc", "data": REPORT}
    forged = client.post("/api/v1/instances", json=body)
    assert (forged.status_code, forged.json["code"]) == (400, "csrf_missing")
    assert forged.content_type == "application/problem+json"
    assert client.post("/api/v1/instances", json=body, headers={"X-CSRFToken": "proof"}).status_code == 201


def test_a_page_uploads_with_its_session_and_the_proof_in_the_header(town: Town) -> None:
    """The header is enough: the body, larger than a page's, is not read to look for the proof."""
    client = signed_in(town)
    letter, kind = (
        b"--x\r\nContent-Disposition: form-data; name=kind\r\n\r\nfile\r\n",
        "multipart/form-data; boundary=x",
    )
    letter += b"--x\r\nContent-Disposition: form-data; name=file; filename=log.txt\r\n\r\n" + b"line\n" * 1_000_000
    letter += b"\r\n--x--"
    forged = client.post("/api/v1/attachments", data=letter, content_type=kind)
    assert (forged.status_code, forged.content_type) == (413, "application/problem+json")
    small = client.post("/api/v1/attachments", data=letter[:400] + b"\r\n--x--", content_type=kind)
    assert (small.status_code, small.json["code"]) == (400, "csrf_missing")
    proof = {"X-CSRFToken": "proof"}
    sent = client.post("/api/v1/attachments", data=letter, content_type=kind, headers=proof)
    assert (sent.status_code, sent.json["size"]) == (201, 5_000_000)
    path = f"/api/v1/attachments/{sent.json['id']}"
    assert client.get(f"{path}/content").data == b"line\n" * 1_000_000
    assert client.delete(path).json["code"] == "csrf_missing"
    assert client.delete(path, headers=proof).status_code == 204
