"""Diagrams over HTTP: checked with all findings, published once, fetched byte for byte."""

from __future__ import annotations

import hashlib

import pytest

from tests.api.town import DIAGRAM, Town
from tests.engine.definition import test_definition_bad_input as bad
from tests.engine.definition.drawings import drawing, end, start, user

GOOD = drawing("p", [start("s"), user("a", "办理", assignee="wang"), end("e")], ["s -> a -> e"])
BAD_FILES = {
    "nameless signal": bad.NAMELESS_SIGNAL,
    "link event": bad.LINK,
    "two none start events": bad.TWO_STARTS,
    "unreachable task": bad.UNREACHABLE,
    "call of open": bad.OPEN,
    "PT-1H": bad.NEGATIVE,
    "doctype": bad.DOCTYPE,
    "2 MB": GOOD + b"<!--" + b"x" * 2 * 1024 * 1024 + b"-->",
    "declared GB2312, is UTF-8": bad.MISLABELLED,
    "empty": b"",
    "no xml": b"\0\xff",
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_diagram_comes_back_with_all_findings(content: bytes, quiet_town: Town) -> None:
    published = quiet_town.drawer.post("/definitions", data=content, content_type="application/xml")
    assert (published.status_code, published.json["code"]) == (422, "definition_refused")
    findings = published.json["findings"]
    errors = [finding for finding in findings if finding["severity"] == "error"]
    assert published.json["params"] == {"count": len(errors)}
    assert errors
    for finding in findings:
        assert set(finding) == {"code", "severity", "element_id", "element_name", "message_zh", "message_en", "help"}
        assert finding["message_zh"]
        assert finding["message_en"]

    checked = quiet_town.drawer.post("/definitions/check", data=content, content_type="text/xml")
    assert checked.status_code == 200
    assert checked.json == {"publishable": False, "findings": findings}
    assert [d["key"] for d in quiet_town.drawer.get("/definitions").json["items"]] == [
        "fault_repair_fc",
        "delay_approval",
    ]


def test_a_finding_names_its_element(quiet_town: Town) -> None:
    answer = quiet_town.drawer.post("/definitions", data=bad.NAMELESS_SIGNAL, content_type="application/octet-stream")
    assert [f["element_id"] for f in answer.json["findings"] if f["severity"] == "error"] == ["e"]


def test_the_same_bytes_are_one_version(town: Town) -> None:
    first = town.drawer.post("/definitions", data=GOOD, content_type="application/xml")
    assert first.status_code == 201
    published = {key: first.json[key] for key in ("key", "version", "is_new")}
    assert published == {"key": "p", "version": 1, "is_new": True}
    again = town.drawer.post("/definitions", data=GOOD, content_type="text/xml")
    assert (again.status_code, again.json["id"], again.json["is_new"]) == (200, first.json["id"], False)
    second = town.drawer.post("/definitions", data=GOOD + b"\n", content_type="application/xml")
    assert (second.status_code, second.json["version"]) == (201, 2)

    listed = town.drawer.get("/definitions?key=p").json["items"]
    assert [(d["id"], d["version"]) for d in listed] == [(second.json["id"], 2), (first.json["id"], 1)]
    assert listed[1]["sha256"] == hashlib.sha256(GOOD).hexdigest()
    one = town.drawer.get(first.headers["Location"].removeprefix("/api/v1"))
    assert one.json == listed[1]
    content = town.drawer.get(f"/definitions/{first.json['id']}/content")
    assert (content.data, content.content_type) == (GOOD, "application/xml")


@pytest.mark.parametrize("encoding", ["GBK", "GB18030", "UTF-16"])
def test_a_true_declaration_is_accepted(encoding: str, quiet_town: Town) -> None:
    nodes = [start("s"), user("a", "派单", assignee="wang"), end("e")]
    content = drawing("p", nodes, ["s -> a -> e"], encoding=encoding)
    answer = quiet_town.drawer.post("/definitions/check", data=content, content_type="application/xml")
    assert answer.json == {"publishable": True, "findings": []}


def test_our_own_diagram_has_no_finding(quiet_town: Town) -> None:
    answer = quiet_town.drawer.post("/definitions/check", data=DIAGRAM.read_bytes(), content_type="application/xml")
    assert answer.json == {"publishable": True, "findings": []}


def test_a_diagram_comes_as_xml_and_within_4_mb(quiet_town: Town) -> None:
    for path in ("/definitions", "/definitions/check"):
        typed = quiet_town.drawer.post(path, data=GOOD, content_type="application/json")
        assert (typed.status_code, typed.json["code"]) == (415, "unsupported_media_type")
        large = quiet_town.drawer.post(path, data=b"x" * (4 * 1024 * 1024 + 1), content_type="text/xml")
        assert (large.status_code, large.json["code"]) == (413, "body_too_large")


def test_only_who_may_publish_publishes(quiet_town: Town) -> None:
    for who in (quiet_town.owner, quiet_town.dispatch, quiet_town.auditor):
        answer = who.post("/definitions", data=GOOD, content_type="application/xml")
        assert (answer.status_code, answer.json["params"]) == (403, {"permission": "definition.publish"})
