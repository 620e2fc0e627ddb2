"""What is new at the machine doors: decisions, packs, contracts, organisations, people, keys, jobs, traces."""

from __future__ import annotations

from typing import Any

import pytest

from engine.authorization import ENGINE
from engine.commands.publish_decisions import publish_decisions
from maintenance.packs.load import shipped, shipped_tables
from tests.api.town import Person, Town, read_pages


def pages(person: Person, path: str, query: str = "") -> list[Any]:
    """All items of a list, two at a time."""
    return [item for page in read_pages(person, f"{path}?{query}", 2) for item in page]


def test_a_decision_is_published_listed_fetched_and_tried_out(town: Town) -> None:
    level, limits = shipped_tables("FC")
    sent = {"content_type": "application/xml"}
    first = town.drawer.post("/decisions", data=limits, **sent)
    assert (first.status_code, first.json["decisions"], first.json["version"]) == (201, ["D22_fc_limit"], 1)
    assert town.drawer.post("/decisions", data=limits, **sent).status_code == 200
    town.engine.run(publish_decisions, ENGINE, town.ids["other_client"], level)
    items = pages(town.auditor, "/decisions")
    assert [(one["key"], one["version"], one["organisation"]) for one in items] == [("D22_fc_limit_file", 1, "client")]
    assert items[0]["decisions"] == [{"id": "D22_fc_limit", "name": "各级时限（FC）"}]
    path = f"/decisions/{items[0]['id']}"
    assert town.auditor.get(path).json == items[0]
    assert town.auditor.get(f"{path}/content").data == limits
    assert town.stranger.get(path).status_code == 404
    made = town.auditor.post(f"{path}/evaluate", json={"data": {"level": 2}})
    assert made.status_code == 200
    assert made.json["outputs"] == {
        **{"respond_min": 15, "arrive_min": 60, "diagnose_min": None, "repair_min": 240},
        **{"same_day_close": True, "observe_hours": 24},
    }
    assert (made.json["rules"], made.json["inputs"]) == ([2], {"level": 2})


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"data": {"level": 4}}, 422, "decision_value"),
        ({"data": {"level": "x"}}, 422, "decision_type"),
        ({"data": {}}, 422, "decision_cell"),
        ({"data": []}, 422, "invalid"),
        ({}, 422, "invalid"),
        ({"data": {"level": 2}, "decision": "D99"}, 404, "not_found"),
    ],
)
def test_a_decision_that_cannot_be_made_says_why(
    quiet_town: Town, body: dict[str, Any], status: int, code: str
) -> None:
    done = quiet_town.engine.run(publish_decisions, ENGINE, quiet_town.ids["client"], shipped_tables("FC")[1])
    answer = quiet_town.auditor.post(f"/decisions/{done.definition_id}/evaluate", json=body)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_bad_decision_file_is_refused_with_its_findings(quiet_town: Town) -> None:
    bad = shipped_tables("FC")[1].replace(b"<text>3</text>", b"<text>2</text>", 1)
    sent = {"data": bad, "content_type": "text/xml"}
    checked = quiet_town.drawer.post("/decisions/check", **sent)
    assert (checked.status_code, checked.json["publishable"]) == (200, False)
    refused = quiet_town.drawer.post("/decisions", **sent)
    assert (refused.status_code, refused.json["code"]) == (422, "decisions_refused")
    assert refused.json["findings"] == checked.json["findings"] != []
    assert quiet_town.drawer.post("/decisions", json={}).status_code == 415


def test_packs_are_shown_with_their_figures(quiet_town: Town) -> None:
    (item,) = pages(quiet_town.auditor, "/packs")
    assert (item["key"], item["version"], item["valid_from"]) == ("FC", 2, "2025-06-01")
    pack = quiet_town.auditor.get(f"/packs/{item['id']}").json
    assert pack["content"] == shipped("FC").decode()
    assert pack["decisions"] == ["D21_fc_level", "D22_fc_limit"]
    assert (pack["warn_share"], pack["chain"]) == (0.8, ["contractor_lead", "owner_approver"])
    respond = next(stage for stage in pack["stages"] if stage["key"] == "respond")
    assert (respond["limit_column"], respond["limit_seconds"], respond["source"]) == ("respond_min", None, "FC 5.2")
    assert pages(quiet_town.auditor, "/packs", "&key=XX") == []


CONTRACT = {
    **{"number": "HT-9", "name": "新合同", "contractor": "contractor", "pack_key": "FC"},
    **{"starts_on": "2026-01-01", "ends_on": "2026-12-31"},
}


def test_a_contract_is_written_down_once_and_seen_from_both_sides(town: Town) -> None:
    again = {"headers": {"Idempotency-Key": "one"}}
    first = town.owner.post("/contracts", json=CONTRACT, **again)
    assert first.status_code == 201
    assert town.owner.post("/contracts", json=CONTRACT, **again).json == first.json
    assert town.owner.post("/contracts", json=CONTRACT).json["errors"]["number"][0]["code"] == "taken"
    for person in (town.owner, town.dispatch):
        items = pages(person, "/contracts")
        assert [one["number"] for one in items] == ["HT-9", "HT-1"]
        assert (items[0]["client"], items[0]["contractor"], items[0]["ends_on"]) == (
            *("client", "contractor"),
            "2026-12-31",
        )
    assert [one["number"] for one in pages(town.owner, "/contracts", "&on=2027-06-01")] == ["HT-1"]
    assert [one["number"] for one in pages(town.stranger, "/contracts")] == ["HT-1"]  # its own
    wrong = town.owner.post("/contracts", json={**CONTRACT, "starts_on": "2026-02-30", "pack_key": "XX"})
    assert wrong.json["errors"]["starts_on"][0]["code"] == "not_a_date"
    refused = town.owner.post(
        "/contracts", json={**CONTRACT, "number": "HT-10", "pack_key": "XX", "ends_on": "2025-01-01"}
    )
    assert set(refused.json["errors"]) == {"pack_key", "ends_on"}


def test_administrators_add_organisations_and_people_of_their_own(town: Town) -> None:
    admin = town.add_person("administrator", "client", "admin")
    body = {"key": "carrier", "name": "通信公司", "kind": "carrier"}
    assert admin.post("/organisations", json=body).status_code == 201
    assert admin.post("/organisations", json=body).status_code == 409
    assert admin.post("/organisations", json={**body, "key": "more", "kind": "client"}).status_code == 422
    assert admin.post("/organisations", json={**body, "key": "No Key"}).json["errors"]["key"][0]["code"] == "format"
    keys = [one["key"] for one in pages(admin, "/organisations")]
    assert keys == ["carrier", "client", "contractor", "other_contractor"]  # no other client
    person = {"username": "newcomer", "display_name": "新人", "password": "Five green lamps", "roles": ["reporter"]}
    assert admin.post("/users", json=person).status_code == 201
    assert admin.post("/users", json=person).json["code"] == "name_taken"
    assert admin.post("/users", json={**person, "password": "1234567890"}).json["code"] == "password_too_weak"
    assert admin.post("/users", json={**person, "roles": ["king"]}).json["errors"]["roles"][0]["code"] == "not_a_choice"
    assert admin.post("/users", json={**person, "roles": "reporter"}).json["errors"]["roles"][0]["code"] == "not_a_list"
    assert [one["roles"] for one in pages(admin, "/users", "&search=newcomer")] == [["reporter"]]
    assert {one["organisation"] for one in pages(admin, "/users")} == {"client"}


def test_administrators_open_accounts_of_their_own_organisation_again(town: Town) -> None:
    admin, newcomer = town.add_person("administrator", "client", "admin"), "newcomer"
    person = {"username": newcomer, "display_name": "新人", "password": "Five green lamps", "roles": ["reporter"]}
    user = admin.post("/users", json=person).json["id"]
    visitor = town.browser()
    with visitor.session_transaction() as session:
        session["csrf"] = "proof"
    visitor.post("/forgot", data={"csrf_token": "proof", "username": newcomer})
    (asked,) = pages(admin, "/reset-requests")
    assert {key: asked[key] for key in ("user_id", "username", "display_name", "ip")} == {
        "user_id": user,
        "username": newcomer,
        "display_name": "新人",
        "ip": "127.0.0.1",
    }
    made = admin.post(f"/users/{user}/reset-link")
    assert made.status_code == 201
    sent = {"csrf_token": "proof", "new": "Six green lamps!", "again": "Six green lamps!"}
    assert visitor.post(made.json["path"], data=sent).status_code == 303
    assert visitor.post(made.json["path"], data=sent).status_code == 404
    assert pages(admin, "/reset-requests") == []
    assert admin.post(f"/users/{user}/reset-second-factor").status_code == 204
    own = admin.get("/me").json["id"]
    for verb in ("reset-link", "reset-second-factor"):
        assert admin.post(f"/users/{own}/{verb}").json["code"] == "own_account"
        other = town.add_person(f"other-{verb}", "other_client", "admin")
        assert other.post(f"/users/{user}/{verb}").status_code == 404


def test_a_key_is_shown_once_works_and_is_revoked(town: Town) -> None:
    wanted = {"name": "报表", "scopes": ["case.read"], "days": 30}
    made = town.owner.post("/api-keys", json=wanted)
    assert made.status_code == 201
    machine = Person(town.app, made.json["key"])
    assert machine.get("/me").json["permissions"] == ["case.read"]
    listed = next(one for one in pages(town.owner, "/api-keys") if one["id"] == made.json["id"])
    assert made.json["key"] not in str(listed)
    assert listed["prefix"] in made.json["key"]
    assert town.owner.post("/api-keys", json={**wanted, "scopes": ["user.admin"]}).status_code == 403
    assert machine.post("/api-keys", json={**wanted, "scopes": ["case.cancel"]}).status_code == 403
    assert town.owner.post("/api-keys", json={**wanted, "days": 367}).status_code == 422
    path = f"/api-keys/{made.json['id']}/revoke"
    assert town.operator.post(path).status_code == 404
    assert town.owner.post(path).status_code == 204
    assert machine.get("/me").json["code"] == "api_key_invalid"


def test_operators_see_jobs_of_their_cases_in_order(town: Town) -> None:
    case = town.start()
    jobs = pages(town.operator, "/jobs")
    assert [(one["instance_id"], one["element_id"], one["due_at"]) for one in jobs] == [
        (case, "yellow", "2026-11-20T02:08:00Z"),
        (case, "red", "2026-11-20T02:10:00Z"),
    ]
    assert pages(town.operator, "/jobs", "&late=true") == []
    town.clock.move_to(town.clock.now().replace(minute=9))
    assert [one["element_id"] for one in pages(town.operator, "/jobs", "&late=true")] == ["yellow"]
    assert pages(town.operator, "/jobs", "&state=failed") == pages(town.operator, "/incidents") == []
    elsewhere = town.add_person("operator-elsewhere", "other_client", "operator")
    assert pages(elsewhere, "/jobs") == []


def test_a_trace_is_ids_only_and_activities_tell_the_rest(town: Town) -> None:
    case = town.start()
    task = town.dispatch.get(f"/instances/{case}").json["tasks"][0]
    town.clock.move_to(town.clock.now().replace(minute=3))
    done = town.dispatch.post(f"/tasks/{task['id']}/complete", json={"data": {"engineer": "engineer"}})
    assert done.status_code == 200
    ids = town.dispatch.get(f"/instances/{case}/trace").json
    assert ids["items"][-1] == "dispatch"
    assert ids["next"] is None
    found = pages(town.dispatch, f"/instances/{case}/activities")
    assert [one["element_id"] for one in found] == ids["items"]
    last = found[-1]
    assert (last["kind"], last["outcome"], last["process_key"]) == ("userTask", "completed", "fault_repair_fc")
    assert (last["started_at"], last["at"]) == ("2026-11-20T02:00:00Z", "2026-11-20T02:03:00Z")
    assert (last["instance_id"], last["run"], last["actor"]) == (case, None, "dispatch")
    town.dispatch.post(f"/instances/{case}/cancel", json={"reason": "误报"})
    gone = pages(town.dispatch, f"/instances/{case}/activities", "&outcome=cancelled")
    assert "respond" in [one["element_id"] for one in gone]
    assert town.dispatch.get(f"/instances/{case}/trace").json == ids
    both = pages(town.dispatch, f"/instances/{case}/activities", "&outcome=any")
    assert len(both) == len(found) + len(gone)
