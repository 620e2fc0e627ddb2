"""/api/v1/…/trial and /api/v1/stories: a story goes in, where it leads comes out; stories are kept and played."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.models import ProcessDefinition
from tests.api.town import Town
from tests.maintenance.trial_stage import AT, DISPATCHED, FAULT, REPORT, START

STORY: dict[str, Any] = {"at": AT, "start": START, "steps": [{"wait": "PT8M"}]}


@pytest.fixture(scope="module")
def definition(quiet_town: Town) -> int:
    with quiet_town.engine.read() as connection:
        query = select(ProcessDefinition.id).where(ProcessDefinition.key == "fault_repair_fc")
        return connection.scalars(query.order_by(ProcessDefinition.id)).all()[0]


def test_a_story_is_played_on_a_published_version(quiet_town: Town, definition: int) -> None:
    before = quiet_town.drawer.get("/instances").json["items"]
    answer = quiet_town.drawer.post(f"/definitions/{definition}/trial", json=STORY)
    assert answer.status_code == 200, answer.text
    told = answer.json
    assert (told["state"], told["done"], told["now"]) == ("active", 1, "2026-11-20T02:08:00Z")
    assert told["next_due"] == "2026-11-20T02:10:00Z"
    assert told["tasks"][0]["element_id"] == "dispatch"
    assert told["tasks"][0]["by"] == ["dispatcher"]
    assert "dispatch" in told["active"]
    respond = next(one for one in told["clocks"] if one["key"] == "respond")
    assert [light["level"] for light in respond["lights"]] == ["yellow"]
    assert respond["lines"][0]["zh"] == "报修 10:00:00 起，响应未完成，限时 10 分钟，余 2 分钟"
    assert told["history"][0]["facts"][0]["type"] == "instance_started"
    assert quiet_town.drawer.get("/instances").json["items"] == before


def test_a_design_is_tried_before_it_is_published(quiet_town: Town) -> None:
    owner = quiet_town.drawer
    content = FAULT.replace("核实派单".encode(), "核实并派单".encode())
    made = owner.post("/designs/import?kind=process", data=content, headers={"Content-Type": "application/xml"})
    assert made.status_code == 201, made.text
    answer = owner.post(f"/designs/{made.json['id']}/trial", json=STORY | {"steps": []})
    assert answer.status_code == 200, answer.text
    assert answer.json["tasks"][0]["name"] == "核实并派单"
    broken = owner.post("/designs/import?kind=process", data=b"<x/>", headers={"Content-Type": "application/xml"})
    refused = owner.post(f"/designs/{broken.json['id']}/trial", json=STORY)
    assert refused.status_code == 422
    assert refused.json["code"] == "definition_refused"
    assert refused.json["findings"]


def test_a_step_that_is_refused_says_why(quiet_town: Town, definition: int) -> None:
    wrong = STORY | {"steps": [DISPATCHED | {"complete": DISPATCHED["complete"] | {"with": {}}}]}
    told = quiet_town.drawer.post(f"/definitions/{definition}/trial", json=wrong).json
    assert told["done"] == 0
    assert told["stopped"]["step"] == 1
    assert told["stopped"]["errors"]["engineer"][0]["code"] == "required"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "at"),
        ({"at": "never"}, "at"),
        ({"at": AT, "steps": [{"wait": "-PT1M"}]}, "steps.1.wait"),
        ({"at": AT, "steps": [{"wait": "PT1M"}] * 201}, "steps"),
        ({"at": AT, "weather": 1}, "weather"),
    ],
)
def test_what_is_no_story_is_refused(quiet_town: Town, definition: int, body: dict[str, Any], field: str) -> None:
    answer = quiet_town.drawer.post(f"/definitions/{definition}/trial", json=body)
    assert answer.status_code == 422, answer.text
    assert field in answer.json["errors"]


def test_a_story_of_many_bytes_is_refused(quiet_town: Town, definition: int) -> None:
    long = STORY | {"start": START | {"with": REPORT | {"symptom": "长" * 90_000}}}
    answer = quiet_town.drawer.post(f"/definitions/{definition}/trial", json=long)
    assert (answer.status_code, answer.json["code"]) == (422, "story_too_long")


def test_only_who_edits_may_try_and_nobody_tries_what_is_foreign(quiet_town: Town, definition: int) -> None:
    assert quiet_town.auditor.post(f"/definitions/{definition}/trial", json=STORY).status_code == 403
    assert quiet_town.drawer.post("/definitions/999999/trial", json=STORY).status_code == 404
    assert quiet_town.drawer.post("/designs/999999/trial", json=STORY).status_code == 404


def test_stories_are_kept_read_played_and_deleted(quiet_town: Town, definition: int) -> None:
    owner = quiet_town.drawer
    body = {"key": "fault_repair_fc", "name": "一级黄灯", "story": STORY | {"steps": [{"wait": "PT8M"}]}}
    made = owner.post("/stories", json=body)
    assert made.status_code == 201, made.text
    story = f"/stories/{made.json['id']}"
    assert made.headers["Location"].endswith(story)
    assert owner.post("/stories", json=body).json["errors"]["name"][0]["code"] == "taken"
    failing = STORY | {"steps": [{"expect": {"state": "completed"}}]}
    assert owner.post("/stories", json=body | {"name": "已归档", "story": failing}).status_code == 201
    assert [one["name"] for one in quiet_town.auditor.get("/stories?key=fault_repair_fc").json["items"]] == [
        "一级黄灯",
        "已归档",
    ]
    played = {one["name"]: one for one in owner.get(f"/definitions/{definition}/stories").json["items"]}
    assert played["一级黄灯"]["holds"]
    assert (played["已归档"]["holds"], played["已归档"]["step"]) == (False, 1)
    assert played["已归档"]["zh"] == "流程状态：应为 completed，实为 active"
    assert quiet_town.auditor.delete(story).status_code == 403
    assert owner.delete(story).status_code == 204
    assert owner.get(story).status_code == 404


def test_a_release_tells_what_became_of_the_stories(quiet_town: Town) -> None:
    owner = quiet_town.drawer
    body = {"key": "fault_repair_fc", "name": "发布前", "story": STORY | {"steps": [{"expect": {"state": "active"}}]}}
    assert owner.post("/stories", json=body).status_code == 201
    content = FAULT.replace("核实派单".encode(), "派单".encode())
    design = owner.post("/designs/import?kind=process", data=content, headers={"Content-Type": "application/xml"}).json
    submitted = {"designs": [{"id": design["id"], "revision": design["revision"]}], "note": ""}
    release = owner.post("/releases", json=submitted)
    assert release.status_code == 201, release.text
    told = quiet_town.auditor.get(f"/releases/{release.json['id']}/stories").json["items"]
    assert {one["name"]: one["holds"] for one in told}["发布前"] is True
    assert owner.get("/releases/999999/stories").status_code == 404
