"""Deferrals over HTTP: applied for, reviewed by somebody else, shown with the clocks; foreign ones are not there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from engine.authorization import ENGINE
from engine.commands.fail_job import fail_job
from engine.models import Job, Membership, Role, User
from engine.unit_of_work import UnitOfWork
from engine.worker import live_until
from maintenance.models import Contract
from tests.api.town import Person, Town
from tests.conftest import T0

UNTIL = "2026-11-21T10:00:00Z"
FORM = {"reason": "no_spare_part", "explanation": "主板需调货", "requested_until": UNTIL}


def switch_on(uow: UnitOfWork, deferral: dict[str, Any]) -> None:
    uow.connection.execute(update(Contract).values(overrides={"deferral": deferral}))


@pytest.fixture
def ticket(town: Town) -> int:
    town.engine.run(switch_on, ENGINE, {"enabled": True})
    return town.start()


def apply(person: Person, ticket: int, **changes: Any) -> Any:
    return person.post(f"/instances/{ticket}/deferrals", json={"data": {**FORM, **changes}})


def review(person: Person, **form: Any) -> Any:
    task = next(one for one in person.get("/tasks?tab=candidate").json["items"] if one["element_id"] == "review")
    return person.post(f"/tasks/{task['id']}/complete", json={"data": form})


def repair_clock(town: Town, ticket: int) -> dict[str, Any]:
    found: list[dict[str, Any]] = town.owner.get(f"/instances/{ticket}/clocks").json["items"]
    return next(one for one in found if one["key"] == "repair")


def at(town: Town, **after: float) -> None:
    live_until(town.engine, town.clock, T0 + timedelta(**after))


def test_approved_one_second_before_the_due_time(town: Town, ticket: int) -> None:
    answer = apply(town.leader, ticket)
    number = town.owner.get(f"/instances/{ticket}").json["number"]
    assert (answer.status_code, answer.json["number"], answer.json["title"]) == (201, number, "延时申请：缺备件")
    assert answer.headers["Location"] == f"/api/v1/instances/{ticket}/deferrals"
    (pending,) = town.engineer.get(f"/instances/{ticket}/deferrals").json["items"]
    assert (pending["id"], pending["outcome"], pending["lodged_at"]) == (
        answer.json["id"],
        "pending",
        "2026-11-20T02:00:00Z",
    )
    at(town, hours=3, minutes=59, seconds=59)
    assert review(town.owner, decision="approve", granted_until=UNTIL).status_code == 200
    timers = {one["element_id"]: one["due_at"] for one in town.owner.get(f"/instances/{ticket}").json["timers"]}
    assert timers["red"] == UNTIL
    rows = len(town.owner.get(f"/instances/{ticket}/history").json["items"])
    at(town, hours=4, seconds=1)
    assert len(town.owner.get(f"/instances/{ticket}/history").json["items"]) == rows  # nothing fires at the old time
    clock = repair_clock(town, ticket)
    assert (clock["due_at"], clock["verdict"], clock["late_seconds"], clock["deferrals"]) == (UNTIL, "pending", 0, 1)
    assert [light["threshold"] for light in clock["lights"]] == ["warn"]
    (granted,) = town.leader.get(f"/instances/{ticket}/deferrals").json["items"]
    assert (granted["outcome"], granted["granted_until"], granted["decided_by"]) == ("granted", UNTIL, "Owner")
    lines = [line["zh"] for line in clock["lines"]]
    assert lines[-2:] == [
        "10:00:00 申请延时，缺备件，Leader",
        "13:59:59 延期，至 2026-11-21 18:00:00，缺备件，Owner",
    ]


def test_a_breach_is_provisional_then_cleared_or_final(town: Town, ticket: int) -> None:
    other = town.start()
    approvals = [apply(town.engineer, one).json["id"] for one in (ticket, other)]
    at(town, hours=4, seconds=1)
    clock = repair_clock(town, ticket)
    assert (clock["verdict"], clock["provisional_breach"], clock["late_seconds"]) == ("breached", True, 1)
    assert [(one["threshold"], one["standing"]) for one in clock["lights"]] == [
        ("warn", "stands"),
        ("breach", "provisional"),
    ]
    offered = town.owner.get("/tasks?tab=candidate").json["items"]
    reviews = {one["instance_id"]: one["id"] for one in offered if one["element_id"] == "review"}
    decisions = ({"decision": "approve", "granted_until": UNTIL}, {"decision": "refuse", "decision_note": "不符"})
    for approval, form in zip(approvals, decisions, strict=True):
        assert town.owner.post(f"/tasks/{reviews[approval]}/complete", json={"data": form}).status_code == 200
    cleared, final = repair_clock(town, ticket), repair_clock(town, other)
    assert (cleared["verdict"], cleared["due_at"], cleared["lights"][1]["standing"]) == ("pending", UNTIL, "cleared")
    assert (final["verdict"], final["provisional_breach"], final["due_at"]) == (
        "breached",
        False,
        "2026-11-20T06:00:00Z",
    )
    assert final["lights"][1]["standing"] == "stands"
    (refused,) = town.owner.get(f"/instances/{other}/deferrals").json["items"]
    assert (refused["outcome"], refused["granted_until"]) == ("refused", None)


@pytest.mark.rule("R-088")
def test_reasons_of_the_contractors_own_are_refused_with_the_clause(town: Town, ticket: int) -> None:
    for reason in ("staff_shortage", "vehicle_shortage", "internal_cause"):
        answer = apply(town.leader, ticket, reason=reason)
        (problem,) = answer.json["errors"]["reason"]
        assert (answer.status_code, problem["code"]) == (422, "never_deferred")
        assert "BZ art. 12" in problem["message"]
    assert town.leader.get(f"/instances/{ticket}/deferrals").json["items"] == []


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("2026-11-20T01:59:59Z", "in_the_past"),
        ("2026-11-20T06:00:00Z", "not_longer"),
        ("2026-12-05T16:00:01Z", "beyond_the_cap"),
        ("2026-12-05T16:00:00Z", ""),
    ],
)
def test_the_end_must_lie_after_the_due_time_and_within_the_cap(town: Town, ticket: int, until: str, code: str) -> None:
    """15 calendar days from 20 November end on 5 December, 24:00 in Shanghai."""
    answer = apply(town.leader, ticket, requested_until=until)
    if code:
        assert (answer.status_code, answer.json["errors"]["requested_until"][0]["code"]) == (422, code)
    else:
        assert answer.status_code == 201


def test_who_may_not(town: Town, ticket: int) -> None:
    for person in (town.stranger, town.rival):
        assert apply(person, ticket).status_code == 404
        assert person.get(f"/instances/{ticket}/deferrals").status_code == 404
    for person in (town.dispatch, town.owner):
        assert (apply(person, ticket).status_code, apply(person, ticket).json["code"]) == (403, "forbidden")
    assert apply(town.auditor, ticket).json["code"] == "permission_missing"
    assert apply(town.leader, ticket).status_code == 201
    again = apply(town.engineer, ticket)
    assert (again.status_code, again.json["code"]) == (409, "deferral_pending")
    for person in (town.stranger, town.rival):
        assert person.get("/tasks?tab=candidate").json["items"] == []


def hold_too(uow: UnitOfWork, username: str, role: str) -> None:
    """Another role, past the check that create_user makes."""
    user_id = uow.connection.scalar(select(User.id).where(User.username == username))
    role_id = uow.connection.scalar(select(Role.id).where(Role.name == role))
    uow.connection.execute(insert(Membership).values(user_id=user_id, role_id=role_id))


def test_who_has_applied_may_not_approve(town: Town, ticket: int) -> None:
    """Also one who holds both roles, from the time before roles were bound to kinds of organisations."""
    both = town.add_person("both", "contractor", "contractor_lead")
    town.engine.run(hold_too, ENGINE, "both", "owner_approver")
    assert apply(both, ticket).status_code == 201
    answer = review(both, decision="approve", granted_until=UNTIL)
    assert (answer.status_code, answer.json["code"]) == (403, "separation_of_duties")
    assert review(town.owner, decision="approve", granted_until=UNTIL).status_code == 200


def test_without_a_word_in_the_contract_nothing_is_deferred(town: Town) -> None:
    ticket = town.start()
    assert apply(town.leader, ticket).json["code"] == "deferral_not_agreed"
    town.engine.run(switch_on, ENGINE, {"enabled": False, "cap": "P3D"})
    assert apply(town.leader, ticket).json["code"] == "deferral_not_agreed"
    town.engine.run(switch_on, ENGINE, {"enabled": True, "cap": "P3D"})
    assert apply(town.leader, ticket, requested_until="2026-11-23T16:00:00Z").status_code == 201


def test_the_same_application_sent_twice_is_one(town: Town, ticket: int) -> None:
    path, body = f"/instances/{ticket}/deferrals", {"data": FORM}
    first, second = (town.leader.post(path, json=body, headers={"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert len(town.leader.get(path).json["items"]) == 1


def test_a_timer_put_off_since_its_try_failed_is_not_tried_earlier(town: Town, ticket: int) -> None:
    """The try at the due second was rolled back, then the deferral granted, then the failure noted."""
    apply(town.leader, ticket)
    job = Job.__table__
    red = select(job.c.id, job.c.run_at, job.c.attempts).where(job.c.root_id == ticket, job.c.element_id == "red")
    at(town, hours=3, minutes=59, seconds=59)
    town.clock.move_to(T0 + timedelta(hours=4, seconds=1))
    with town.engine.read() as connection:
        tried = connection.execute(red).one()
    assert review(town.owner, decision="approve", granted_until=UNTIL).status_code == 200
    town.engine.run(fail_job, ENGINE, tried.id, "unexpected", "x")
    with town.engine.read() as connection:
        put_off = connection.execute(red).one()
    assert put_off.attempts == 0
    assert put_off.run_at.isoformat() == repair_clock(town, ticket)["due_at"].replace("Z", "+00:00")


def test_an_end_that_has_passed_clears_nothing_and_lights_from_there(town: Town, ticket: int) -> None:
    apply(town.leader, ticket)
    at(town, hours=33)
    assert review(town.owner, decision="approve", granted_until=UNTIL).status_code == 200
    clock = repair_clock(town, ticket)
    assert (clock["verdict"], clock["late_seconds"]) == ("breached", 3600)
    items = town.owner.get(f"/instances/{ticket}/history").json["items"]
    (moved,) = [f for one in items for f in one["facts"] if f["type"] == "clock_extended" and f["clock"] == "repair"]
    assert moved["remark"] == ""
