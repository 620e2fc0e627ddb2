"""/api/v1/messages and /signals: received, started, kept, or refused in words; once for each key."""

from __future__ import annotations

from typing import Any

import pytest

from engine.authorization import ENGINE
from engine.commands.publish_definition import publish_definition
from engine.worker import drain
from tests.api.town import Town
from tests.engine.definition.drawings import drawing, end, start, user
from tests.engine.events import call, catch, child, declared, parent, started_by

DESK: dict[str, Any] = {"candidateGroups": "dispatcher"}
WAITS = drawing(
    "waits",
    [start("s"), user("first", **DESK), catch("heard", "message", "ring"), user("a", **DESK), end("e")],
    ["s -> first -> heard -> a -> e"],
    extra=declared(message="ring"),
)
HEARS = drawing(
    "hears",
    [start("s"), catch("heard", "signal", "storm"), user("a", **DESK), end("e")],
    ["s -> heard -> a -> e"],
    extra=declared(signal="storm"),
)


def publish(town: Town, *contents: bytes) -> None:
    for content in contents:
        town.engine.run(publish_definition, ENGINE, town.ids["client"], content.replace(b'"desk"', b'"dispatcher"'))


def begin(town: Town, key: str) -> int:
    answer = town.reporter.post("/instances", json={"definition_key": key, "data": {}})
    assert answer.status_code == 201, answer.text
    id_: int = answer.json["id"]
    return id_


def detail(town: Town, id_: int) -> dict[str, Any]:
    found: dict[str, Any] = town.owner.get(f"/instances/{id_}").json
    return found


def test_a_message_is_kept_then_received(town: Town) -> None:
    publish(town, WAITS)
    case = begin(town, "waits")
    kept = town.operator.post("/messages", json={"name": "ring", "instance_id": case, "keep_for": "PT1H"})
    assert (kept.status_code, kept.json) == (200, {"outcome": "kept", "instance_id": case})
    refused = town.operator.post("/messages", json={"name": "ring", "instance_id": case})
    assert (refused.status_code, refused.content_type) == (409, "application/problem+json")
    assert (refused.json["code"], refused.json["detail"]) == (
        "nobody_waits",
        "Nothing waits for the message “ring”, and no process is started by it.",
    )


def test_a_message_is_received_once_for_its_key(town: Town) -> None:
    publish(
        town,
        drawing(
            "rings",
            [start("s"), catch("heard", "message", "ring"), user("a", **DESK), end("e")],
            ["s -> heard -> a -> e"],
            extra=declared(message="ring"),
        ),
    )
    case = begin(town, "rings")
    (event,) = detail(town, case)["events"]
    assert (event["element_id"], event["kind"], event["name"]) == ("heard", "message", "ring")
    body, key = {"name": "ring", "instance_id": case}, {"Idempotency-Key": "one"}
    for _ in range(2):
        answer = town.operator.post("/messages", json=body, headers=key)
        assert (answer.status_code, answer.json) == (200, {"outcome": "received", "instance_id": case})
    assert detail(town, case)["events"] == []
    other = town.operator.post("/messages", json={**body, "name": "other"}, headers=key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert town.operator.post("/messages", json=body).status_code == 409


def test_a_message_starts_a_case(town: Town) -> None:
    publish(town, started_by("message", "ring"))
    answer = town.operator.post("/messages", json={"name": "ring", "payload": {"who": "王"}})
    assert (answer.status_code, answer.json["outcome"]) == (200, "started")
    assert detail(town, answer.json["instance_id"])["fields"] == {"who": "王"}
    assert town.dispatch.post("/messages", json={"name": "ring"}).status_code == 409  # another's processes


def test_a_signal(town: Town) -> None:
    publish(town, HEARS, started_by("signal", "storm"))
    cases = [begin(town, "hears") for _ in range(2)]
    answer = town.operator.post("/signals", json={"name": "storm", "payload": {"who": "气象台"}})
    assert (answer.status_code, answer.json["waiting"], len(answer.json["started"])) == (200, 2, 1)
    drain(town.engine)
    for case in cases:
        assert [task["element_id"] for task in detail(town, case)["tasks"]] == ["a"]
    assert town.operator.post("/signals", json={"name": "nothing"}).status_code == 409


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "name", "required"),
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"name": "x", "payload": []}, "payload", "not_an_object"),
        ({"name": "x", "instance_id": 1, "correlation": "y"}, "correlation", "not_with"),
        ({"name": "x", "instance_id": 1, "organisation": "client"}, "organisation", "not_with"),
        ({"name": "x", "keep_for": "PT1H"}, "keep_for", "only_with"),
        ({"name": "x", "instance_id": "one"}, "instance_id", "not_a_number"),
        ({"name": "x", "instance_id": 0}, "instance_id", "too_small"),
        ({"name": "x", "other": 1}, "other", "unknown_field"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(quiet_town: Town, body: dict[str, Any], field: str, code: str) -> None:
    answer = quiet_town.operator.post("/messages", json=body)
    assert answer.status_code == 422, answer.text
    assert [one["code"] for one in answer.json["errors"][field]] == [code]


@pytest.mark.parametrize(
    ("keep_for", "code"),
    [("an hour", "time_malformed"), ("-PT1H", "time_negative"), ("P99999Y", "time_too_long")],
)
def test_a_time_to_live_that_is_none(quiet_town: Town, keep_for: str, code: str) -> None:
    case = quiet_town.start()
    answer = quiet_town.operator.post("/messages", json={"name": "x", "instance_id": case, "keep_for": keep_for})
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_a_large_payload_and_a_foreign_case(quiet_town: Town) -> None:
    case = quiet_town.start()
    large = quiet_town.operator.post(
        "/messages", json={"name": "x", "instance_id": case, "payload": {"a": "x" * 17_000}}
    )
    assert (large.status_code, large.json["code"]) == (422, "payload_too_large")
    for who, status in ((quiet_town.rival, 404), (quiet_town.reporter, 403)):
        assert who.post("/messages", json={"name": "x", "instance_id": case}).status_code == status


def test_called_instances_stand_in_the_ticket_and_for_themselves(town: Town) -> None:
    publish(town, child(), parent(call("c", "child")))
    case = begin(town, "parent")
    found = detail(town, case)
    (called,) = found["called"]
    assert (called["parent_id"], called["process_key"], called["version"], called["state"]) == (
        case,
        "child",
        1,
        "active",
    )
    assert [task["element_id"] for task in found["tasks"]] == ["work"]
    below = detail(town, called["id"])
    assert (below["number"], [task["element_id"] for task in below["tasks"]], below["called"]) == (None, ["work"], [])
    ids = [row["id"] for row in town.owner.get("/instances").json["items"]]
    assert (case in ids, called["id"] in ids) == (True, False)
    assert town.stranger.get(f"/instances/{called['id']}").status_code == 404
    history = town.owner.get(f"/instances/{called['id']}/history").json["items"]
    assert history == town.owner.get(f"/instances/{case}/history").json["items"]
