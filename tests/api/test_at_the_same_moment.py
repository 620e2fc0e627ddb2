"""Many at the same moment: one succeeds; the same request again has one effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import func, select

from engine.models import ProcessInstance, UserTask
from tests.api.town import REPORT, Town
from tests.engine.definition.drawings import drawing, end, start, user


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    """The answers of calls that begin at one moment."""
    barrier, answers = Barrier(len(calls)), list[Any]()

    def run(call: Callable[[], Any]) -> None:
        barrier.wait()
        answers.append(call())

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_eight_complete_a_task_and_one_does(town: Town) -> None:
    town.start()
    people = [town.dispatch, *(town.add_person(f"dispatcher{n}", "contractor", "dispatcher") for n in range(7))]
    task = f"/tasks/{town.dispatch.get('/tasks?tab=candidate').json['items'][0]['id']}"
    body = {"data": {"engineer": "engineer"}}
    answers = together([lambda person=p: person.post(f"{task}/complete", json=body) for p in people])  # type: ignore[misc]
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    assert {answer.json["code"] for answer in answers if answer.status_code == 409} == {"task_not_open"}
    with town.engine.read() as connection:
        query = select(UserTask.element_id, func.count()).group_by(UserTask.element_id)
        steps = {element: count for element, count in connection.execute(query)}
    assert steps == {"dispatch": 1, "respond": 1}


def test_the_same_key_at_the_same_moment_starts_one_case(town: Town) -> None:
    body = {"definition_key": "fault_repair_fc", "data": REPORT}
    key = {"Idempotency-Key": "report-7"}
    answers = together([lambda: town.reporter.post("/instances", json=body, headers=key)] * 8)
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.text for answer in answers}) == 1
    assert cases(town) == 1


def test_the_same_diagram_at_the_same_moment_is_one_version(town: Town) -> None:
    content = drawing("p", [start("s"), user("a", assignee="wang"), end("e")], ["s -> a -> e"])
    answers = together([lambda: town.drawer.post("/definitions", data=content, content_type="text/xml")] * 6)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 5}


def test_a_request_sent_again_gets_the_first_answer(town: Town) -> None:
    body = {"definition_key": "fault_repair_fc", "data": REPORT}
    first, again = (town.reporter.post("/instances", json=body, headers={"Idempotency-Key": "k 1"}) for _ in range(2))
    assert (again.status_code, again.json, again.headers["Location"]) == (
        first.status_code,
        first.json,
        first.headers["Location"],
    )
    other = town.reporter.post("/instances", json={**body, "x": 1}, headers={"Idempotency-Key": "k 1"})
    assert other.status_code == 422  # judged before the key is looked at
    reused = town.reporter.post(
        "/instances", json={**body, "data": {**REPORT, "point": "P2"}}, headers={"Idempotency-Key": "k 1"}
    )
    assert (reused.status_code, reused.json["code"]) == (422, "idempotency_key_reused")
    assert (
        town.dispatch.post("/instances", json=body, headers={"Idempotency-Key": "k 1"}).json["id"] != first.json["id"]
    )
    assert cases(town) == 2


def test_every_act_may_carry_a_key(town: Town) -> None:
    path = f"/instances/{town.start()}"
    task = f"/tasks/{town.dispatch.get('/tasks?tab=candidate').json['items'][0]['id']}"
    acts = [
        (f"{path}/comments", {"text": "x"}),
        (f"{task}/claim", None),
        (f"{task}/complete", {"data": {"engineer": "engineer"}}),
        (f"{path}/cancel", {"reason": "x"}),
    ]
    for number, (act, body) in enumerate(acts):
        key = {"Idempotency-Key": str(number)}
        first, again = (town.dispatch.post(act, json=body, headers=key) for _ in range(2))
        assert (again.status_code, again.data) == (first.status_code, first.data), act
    commands = [row["command"] for row in town.dispatch.get(f"{path}/history").json["items"]]
    assert commands == ["start_instance", "add_comment", "claim_task", "complete_task", "cancel_instance"]


def test_a_refused_request_may_be_mended_under_its_key(town: Town) -> None:
    body = {"definition_key": "fault_repair_fc", "data": {**REPORT, "symptom": ""}}
    key = {"Idempotency-Key": "again"}
    assert town.reporter.post("/instances", json=body, headers=key).status_code == 422
    assert town.reporter.post("/instances", json={**body, "data": REPORT}, headers=key).status_code == 201


def test_a_key_is_1_to_100_printable_characters(town: Town) -> None:
    body = {"definition_key": "fault_repair_fc", "data": REPORT}
    for key in ("", "x" * 101, "schlüssel", "a\tb"):
        answer = town.reporter.post("/instances", json=body, headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.json["errors"]["Idempotency-Key"][0]["code"]) == (422, "format")
    assert town.reporter.post("/instances", json=body, headers={"Idempotency-Key": "x" * 100}).status_code == 201
    assert cases(town) == 1


def cases(town: Town) -> int:
    with town.engine.read() as connection:
        return connection.scalar(select(func.count(ProcessInstance.id))) or 0
