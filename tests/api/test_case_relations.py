"""Suspending, linking, who takes part, and lists by business fields, through the machine doors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.town import Town


def test_a_suspended_case_says_so_and_refuses_work(town: Town) -> None:
    case = town.start()
    path = f"/instances/{case}"
    answer = town.operator.post(f"{path}/suspend", json={"reason": "等待上级批复"})
    assert (answer.status_code, answer.json) == (200, {"id": case, "suspended": True})
    detail = town.dispatch.get(path).json
    assert (detail["state"], detail["suspended_reason"]) == ("active", "等待上级批复")
    assert detail["suspended_at"].endswith("Z")
    task = detail["tasks"][0]["id"]
    refused = town.dispatch.post(f"/tasks/{task}/claim")
    assert (refused.status_code, refused.json["code"]) == (409, "instance_suspended")
    assert "等待上级批复" in refused.json["detail"]
    assert town.dispatch.get(f"/tasks/{task}").json["suspended_reason"] == "等待上级批复"
    assert [item["id"] for item in town.dispatch.get("/instances?suspended=true").json["items"]] == [case]
    assert town.dispatch.get("/instances?suspended=false").json["items"] == []
    again = town.operator.post(f"{path}/suspend", json={"reason": "x"})
    assert (again.status_code, again.json["code"]) == (409, "instance_suspended")
    answer = town.operator.post(f"{path}/resume", json={"reason": "批复到了"})
    assert (answer.status_code, answer.json) == (200, {"id": case, "suspended": False})
    assert town.dispatch.post(f"/tasks/{task}/claim").status_code == 200
    assert town.dispatch.post(f"{path}/suspend", json={"reason": "x"}).json["code"] == "permission_missing"
    assert town.operator.post(f"{path}/resume", json={"reason": "x"}).status_code == 409
    assert town.operator.post(f"{path}/suspend", json={}).status_code == 422


def test_links(town: Town) -> None:
    first, second = town.start(), town.start()
    path = f"/instances/{first}/links"
    assert town.dispatch.post(path, json={"target": second, "kind": "caused_by"}).status_code == 204
    (item,) = town.dispatch.get(path).json["items"]
    assert (item["kind"], item["way"], item["id"], item["state"]) == ("caused_by", "forth", second, "active")
    (item,) = town.dispatch.get(f"/instances/{second}/links").json["items"]
    assert (item["kind"], item["way"], item["id"]) == ("caused_by", "back", first)
    again = town.dispatch.post(path, json={"target": second, "kind": "caused_by"})
    assert (again.status_code, again.json["code"]) == (422, "link_refused")
    for who in (town.stranger, town.rival):
        assert who.get(path).status_code == 404
        assert who.post(path, json={"target": second, "kind": "parent"}).status_code == 404
    assert town.engineer.post(path, json={"target": second, "kind": "parent"}).json["code"] == "permission_missing"
    body = {"target": second, "kind": "caused_by", "reason": "记错了"}
    assert town.dispatch.post(f"{path}/remove", json=body).status_code == 204
    gone = town.dispatch.post(f"{path}/remove", json=body)
    assert (gone.status_code, gone.json["code"]) == (409, "not_linked")
    assert town.dispatch.get(path).json["items"] == []


@pytest.mark.parametrize("target", [0, -1, "1", True, None, 1.5])
def test_a_target_that_is_no_id(town: Town, target: Any) -> None:
    answer = town.dispatch.post(f"/instances/{town.start()}/links", json={"target": target, "kind": "parent"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["target"])


def test_who_takes_part_and_since_when(town: Town) -> None:
    found = town.dispatch.get(f"/instances/{town.start()}").json["participants"]
    assert {"client", "contractor"} >= {one["organisation"] for one in found}
    assert all(one["since"].endswith("Z") and one["reason"] for one in found)


def test_lists_by_business_fields(town: Town) -> None:
    case = town.start()
    for path in ("/instances", "/tasks"):
        kind = "id" if path == "/instances" else "instance_id"
        tab = "" if path == "/instances" else "tab=candidate&"
        found = town.dispatch.get(f"{path}?{tab}field.category=image&field.symptom=画面黑屏&sort=-field.symptom")
        assert [item[kind] for item in found.json["items"]] == [case]
        assert town.dispatch.get(f"{path}?{tab}field.category=none").json["items"] == []
        for query, code in (
            ("field.colour=red", "unknown_business_field"),
            ("sort=field.colour", "unknown_business_field"),
            ("sort=symptom", "invalid"),
            ("field.category=", "invalid"),
            ("field.category=a&field.category=b", "invalid"),
            ("fields_=x", "invalid"),
            ("field=x", "invalid"),
            ("field.<name>=x", "unknown_business_field"),
            (f"field.category={'x' * 201}", "invalid"),
            ("&".join(f"field.f{number}=1" for number in range(11)), "too_many_filters"),
        ):
            answer = town.dispatch.get(f"{path}?{tab}{query}")
            assert (answer.status_code, answer.json["code"]) == (422, code), query
