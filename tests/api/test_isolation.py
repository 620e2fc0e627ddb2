"""Another organisation's cases, points and processes are not there at all."""

from __future__ import annotations

import pytest

from tests.api.town import REPORT, Town


def test_a_foreign_ticket_is_not_there(town: Town) -> None:
    path = f"/instances/{town.start()}"
    task = f"/tasks/{town.dispatch.get('/tasks?tab=candidate').json['items'][0]['id']}"
    job = f"/jobs/{town.dispatch.get(path).json['timers'][0]['id']}/retry"
    for who in (town.stranger, town.rival):
        for read in ("", "/history", "/clocks", "/activities"):
            assert (who.get(path + read).status_code, read) == (404, read)
        assert who.get(task).status_code == 404
        assert who.get("/instances").json["items"] == []
        assert who.get("/tasks?tab=candidate").json["items"] == []
        assert who.post(f"{path}/comments", json={"text": "x"}).status_code == 404
        assert who.post(f"{path}/cancel", json={"reason": "x"}).status_code == 404
        for act in ("claim", "unclaim"):
            assert who.post(f"{task}/{act}").status_code == 404
        assert who.post(f"{task}/complete", json={"data": {}}).status_code == 404
        assert who.put(f"{task}/draft", json={"data": {}}).status_code == 404
    assert town.operator.post(job, json={"reason": "x"}).json["code"] == "conflict"
    assert town.dispatch.post(job, json={"reason": "x"}).json["code"] == "permission_missing"
    assert town.dispatch.get(task).json["state"] == "open"


def test_a_contractor_starts_for_the_client_whose_contract_it_holds(town: Town) -> None:
    body = {"definition_key": "fault_repair_fc", "data": REPORT}
    assert town.dispatch.post("/instances", json=body).status_code == 201
    assert town.dispatch.post("/instances", json={**body, "organisation": "client"}).status_code == 201
    for who, organisation in (
        (town.dispatch, "other_client"),
        (town.dispatch, "contractor"),
        (town.dispatch, "nobody"),
        (town.reporter, "other_client"),
        (town.rival, "client"),
    ):
        answer = who.post("/instances", json={**body, "organisation": organisation})
        assert (answer.status_code, answer.json["code"]) == (404, "not_found"), organisation
    assert len(town.owner.get("/instances").json["items"]) == 2
    assert town.stranger.get("/instances").json["items"] == []


def test_a_contractor_of_two_clients_says_for_which(town: Town) -> None:
    town.add_contract("other_client", "contractor")
    body = {"definition_key": "fault_repair_fc", "data": REPORT}
    answer = town.dispatch.post("/instances", json=body)
    assert (answer.status_code, answer.json["errors"]["organisation"][0]["code"]) == (422, "required")
    elsewhere = {**body, "organisation": "other_client"}
    foreign_point = town.dispatch.post("/instances", json=elsewhere)  # its contract is the other contractor's
    assert (foreign_point.status_code, list(foreign_point.json["errors"])) == (422, ["point"])
    town.free_point("other_client", "P1")
    assert town.dispatch.post("/instances", json=elsewhere).status_code == 201
    assert [c["key"] for c in town.dispatch.get("/me").json["clients"]] == ["client", "other_client"]


def test_points_are_those_of_the_client_and_of_ones_own_contract(town: Town) -> None:
    assert [p["code"] for p in town.reporter.get("/points").json["items"]] == ["P1", "P2", "P3"]
    assert [p["name"] for p in town.reporter.get("/points?search=路口 2").json["items"]] == ["client 路口 2"]
    assert town.reporter.get("/points?search=%25").json["items"] == []
    assert [p["name"] for p in town.reporter.get("/points?search=%20路口 2 ").json["items"]] == ["client 路口 2"]
    assert [p["name"] for p in town.rival.get("/points?limit=1").json["items"]] == ["other_client 路口 1"]
    assert town.rival.get("/points?organisation=client").status_code == 404
    town.add_contract("other_client", "contractor")
    shown = town.dispatch.get("/points?organisation=other_client").json["items"]
    assert shown == []  # every point there stands in the rival's contract


@pytest.mark.parametrize("path", ["", "/content"])
def test_a_foreign_definition_is_not_there(path: str, town: Town) -> None:
    own = town.drawer.get("/definitions").json["items"]
    keys = ("fault_repair_fc", "delay_approval")
    assert [(d["organisation"], d["key"], d["version"]) for d in own] == [("client", key, 1) for key in keys]
    assert town.drawer.get(f"/definitions/{own[0]['id']}{path}").status_code == 200
    assert town.stranger.get(f"/definitions/{own[0]['id']}{path}").status_code == 404
    assert town.drawer.get(f"/definitions/99{path}").status_code == 404
