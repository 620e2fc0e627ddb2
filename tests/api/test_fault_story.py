"""One fault over HTTP, from 报修 to 归档, with machines' keys: tasks, clocks, history, activities."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.worker import drain
from tests.api.town import REPORT, Person, Town
from tests.conftest import T0


def at(town: Town, minutes: int) -> None:
    """Move the clock and let the worker do what is due."""
    town.clock.move_to(T0 + timedelta(minutes=minutes))
    drain(town.engine)


def do(person: Person, element: str, **data: Any) -> str:
    """Find the step in the person's lists and complete it; the task's id."""
    items = [*person.get("/tasks").json["items"], *person.get("/tasks?tab=candidate").json["items"]]
    task_id: str = next(item["id"] for item in items if item["element_id"] == element)
    answer = person.post(f"/tasks/{task_id}/complete", json={"data": data})
    assert answer.status_code == 200, answer.text
    assert answer.json["state"] == "completed"
    return task_id


def test_a_fault_is_reported_handled_observed_and_archived(town: Town) -> None:
    started = town.reporter.post("/instances", json={"definition_key": "fault_repair_fc", "data": REPORT})
    assert started.status_code == 201
    id_ = started.json["id"]
    assert started.json == {"id": id_, "number": f"FC-20261120-{id_:05}", "title": "client 路口 1：画面黑屏"}
    assert started.headers["Location"] == f"/api/v1/instances/{id_}"
    path = f"/instances/{id_}"

    detail = town.dispatch.get(path).json
    assert detail["fields"] == {"category": "image", "point_name": "client 路口 1", "symptom": "画面黑屏", "level": 1}
    assert [(t["element_id"], t["due_at"]) for t in detail["tasks"]] == [("dispatch", "2026-11-20T02:10:00Z")]
    assert [(t["element_id"], t["due_at"], t["state"]) for t in detail["timers"]] == [
        ("yellow", "2026-11-20T02:08:00Z", "waiting"),
        ("red", "2026-11-20T02:10:00Z", "waiting"),
    ]
    assert [(p["organisation"], p["reason"]) for p in detail["participants"]] == [
        ("client", "raised"),
        ("contractor", "contract"),
    ]

    at(town, 2)
    do(town.dispatch, "dispatch", engineer="engineer")
    at(town, 12)
    do(town.engineer, "respond", responded_how="phone")
    at(town, 20)
    do(town.engineer, "arrive")
    at(town, 40)
    do(town.engineer, "diagnose", cause="电源", finding="无输出", repairable_on_site="yes")
    at(town, 60)
    do(town.engineer, "repair", procedure="更换电源", result="fixed")
    detail = town.dispatch.get(path).json
    assert [task["element_id"] for task in detail["tasks"]] == ["supervise"]
    assert [(timer["element_id"], timer["due_at"]) for timer in detail["timers"]] == [("quiet", "2026-11-21T03:00:00Z")]
    at(town, 60 + 24 * 60)
    do(town.dispatch, "recheck", recheck_ok="yes")
    do(town.engineer, "summary", root_cause="老化", improvement="每年更换")
    assert town.dispatch.get(path).json["state"] == "completed"
    assert town.dispatch.get("/instances?state=active").json["items"] == []
    assert [i["id"] for i in town.dispatch.get("/instances?state=completed&search=黑屏").json["items"]] == [id_]
    assert len(town.engineer.get("/tasks?tab=done").json["items"]) == 5

    check_clocks(town, path)
    check_history(town, path)


def check_clocks(town: Town, path: str) -> None:
    clocks = {clock["key"]: clock for clock in town.engineer.get(f"{path}/clocks").json["items"]}
    assert {key: clock["verdict"] for key, clock in clocks.items()} == {
        "respond": "breached",
        "arrive": "met",
        "diagnose": "met",
        "repair": "met",
    }
    respond = clocks["respond"]
    assert (respond["limit_seconds"], respond["elapsed_seconds"], respond["source"]) == (
        600,
        720,
        "FC 5.2（D22 第 1 条）",
    )
    assert [(light["threshold"], light["at"]) for light in respond["lights"]] == [
        ("warn", "2026-11-20T02:08:00Z"),
        ("breach", "2026-11-20T02:10:00Z"),
    ]
    assert respond["lines"][0] == {
        "zh": "报修 10:00:00 → 响应 10:12:00，限时 10 分钟，超 2 分钟",
        "en": "report 10:00:00 → respond 10:12:00, limit 10 min, over by 2 min",
    }


def check_history(town: Town, path: str) -> None:
    rows = town.auditor.get(f"{path}/history?limit=100").json["items"]
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0]["at"] == "2026-11-20T02:00:00Z"
    facts = [fact["type"] for row in rows for fact in row["facts"]]
    assert facts[0] == "instance_started"
    assert facts[-1] == "instance_completed"
    assert {type_: facts.count(type_) for type_ in ("sla_warned", "sla_breached")} == {
        "sla_warned": 1,
        "sla_breached": 1,
    }

    done = [item["element_id"] for item in town.engineer.get(f"{path}/activities?limit=100").json["items"]]
    people = ["dispatch", "respond", "arrive", "diagnose", "repair", "recheck", "summary"]
    assert [element for element in done if element in people] == people
    assert done[0] == "reported"
    first = town.engineer.get(f"{path}/activities?limit=1").json
    rest = town.engineer.get(f"{path}/activities?limit=100&after={first['next']}").json["items"]
    assert [i["element_id"] for i in (*first["items"], *rest)] == done


def test_a_claim_a_draft_a_comment_and_a_cancellation(town: Town) -> None:
    path = f"/instances/{town.start()}"
    task_id = town.dispatch.get("/tasks?tab=candidate").json["items"][0]["id"]
    task = f"/tasks/{task_id}"

    assert town.dispatch.post(f"{task}/claim").json == {"id": task_id, "state": "open", "assignee": "Dispatch"}
    assert [t["id"] for t in town.dispatch.get("/tasks").json["items"]] == [task_id]
    assert town.dispatch.put(f"{task}/draft", json={"data": {"note": "等配件", "what": [1]}}).status_code == 204
    shown = town.dispatch.get(task).json
    assert shown["draft"] == {"note": "等配件", "what": [1]}
    engineer = shown["form"]["items"][0]
    assert (engineer["key"], engineer["required"]) == ("engineer", True)
    assert engineer["choices"] == [
        {"value": "engineer", "label": "Engineer"},
        {"value": "second", "label": "Second"},
    ]
    assert town.dispatch.post(f"{task}/unclaim").json["assignee"] is None
    assert town.dispatch.get("/tasks").json["items"] == []

    assert town.dispatch.post(f"{path}/comments", json={"text": " 已电话联系 ", "task_id": task_id}).status_code == 204
    assert town.dispatch.post(f"{path}/cancel", json={"reason": "重复报修"}).json["state"] == "cancelled"
    detail = town.dispatch.get(path).json
    assert (detail["state"], detail["end_reason"], detail["tasks"]) == ("cancelled", "重复报修", [])
    facts = [f for row in town.dispatch.get(f"{path}/history").json["items"] for f in row["facts"]]
    assert [f["text"] for f in facts if f["type"] == "commented"] == ["已电话联系"]
    again = town.dispatch.post(f"{path}/cancel", json={"reason": "重复报修"})
    assert (again.status_code, again.json["code"]) == (409, "instance_not_active")


def test_who_lacks_case_read_lists_own_work_only(town: Town) -> None:
    town.start()
    for tab in ("mine", "candidate", "done"):
        answer = town.reporter.get(f"/tasks?tab={tab}")
        assert (answer.status_code, answer.json["items"]) == (200, [])
    assert len(town.reporter.get("/instances?mine=true").json["items"]) == 1
    assert town.dispatch.get("/instances?mine=true").json["items"] == []
