"""Tickets under their contract: which pack judges them, who may report, when it happened, and what an ending does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.cancel_instance import cancel_instance
from engine.commands.complete_task import complete_task
from engine.commands.publish_definition import publish_definition
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.errors import Invalid
from engine.models import Job, UserTask
from engine.queries.history import history
from engine.worker import live_until
from maintenance.commands.publish_pack import publish_pack
from maintenance.models import PolicyPack, SlaClock, WorkOrder
from maintenance.packs.load import shipped, shipped_tables
from maintenance.sla import ClockStartRefused, ClockWithoutContract
from maintenance.stories import Stage
from maintenance.work_orders import NoPack
from tests.conftest import T0
from tests.stage import SHIPPED, stage

REPORT = {
    "point": "QC001",
    "category": "image",
    "impact": "system_down",
    "symptom": "黑屏",
    "occurred_at": "2026-11-20T09:50",
}
DIAGRAM = (SHIPPED / "fault_repair_fc" / "fault_repair_fc.bpmn").read_bytes()


@pytest.fixture
def city(database: Database, clock: ManualClock) -> Stage:
    return stage(database, clock)


def report(city: Stage, **changes: Any) -> int:
    form = {**REPORT, **changes}
    run = city.engine.run
    return run(start_instance, city.people["reporter"], city.organisation_id, "fault_repair_fc", form).instance_id


def redrawn(city: Stage, old: str, new: str) -> None:
    assert old in DIAGRAM.decode()
    city.engine.run(publish_definition, ENGINE, city.organisation_id, DIAGRAM.decode().replace(old, new, 1).encode())


def rows(city: Stage, query: Any) -> list[Any]:
    with city.engine.read() as connection:
        return list(connection.execute(query))


def test_a_pack_judges_from_its_first_day(city: Stage, clock: ManualClock) -> None:
    later = shipped("FC").replace(b"version: 2", b"version: 3", 1).replace(b"2025-06-01", b"2026-11-21", 1)
    second = city.engine.run(publish_pack, ENGINE, later, shipped_tables("FC")).id
    first = rows(city, select(PolicyPack.id).where(PolicyPack.version == 2))[0].id
    clock.move_to(T0 + timedelta(hours=13, minutes=59, seconds=59))  # 23:59:59 in Shanghai
    before = report(city)
    clock.move_to(T0 + timedelta(hours=14))
    after = report(city)
    judged = {row.instance_id: row.pack_id for row in rows(city, select(WorkOrder.instance_id, WorkOrder.pack_id))}
    assert judged == {before: first, after: second}


def test_without_a_pack_in_force_nothing_is_opened(city: Stage) -> None:
    with city.engine.database.writing.begin() as connection:
        connection.execute(update(PolicyPack).values(valid_from=(T0 + timedelta(days=1)).date()))
    with pytest.raises(NoPack):
        report(city)
    assert rows(city, select(WorkOrder.instance_id)) == []


def test_a_fault_cannot_have_happened_in_the_future(city: Stage) -> None:
    report(city, occurred_at=(T0 + timedelta(minutes=5)).isoformat())
    with pytest.raises(Invalid) as refused:
        report(city, occurred_at=(T0 + timedelta(minutes=5, seconds=1)).isoformat())
    assert list(refused.value.fields) == ["occurred_at"]


def test_clocks_of_a_cancelled_ticket_are_void_not_late(city: Stage, clock: ManualClock) -> None:
    """Rulebook 2.0: a clock whose ticket is cancelled is void, not met; what was met before stays met."""
    ticket = report(city)
    _do(city, ticket, "dispatch", "dispatcher", {"engineer": "field_engineer"})
    _do(city, ticket, "respond", "field_engineer", {"responded_how": "phone"})
    clock.move_to(T0 + timedelta(minutes=1))
    city.engine.run(cancel_instance, city.people["dispatcher"], ticket, "误报")
    live_until(city.engine, clock, T0 + timedelta(days=1))
    states = {row.key: row.state for row in rows(city, select(SlaClock.key, SlaClock.state))}
    assert states == {"respond": "met", "arrive": "void", "diagnose": "void", "repair": "void"}
    with city.engine.read() as connection:
        facts = [fact for row in history(connection, ENGINE, ticket).items for fact in row.facts]
    assert [fact["clock"] for fact in facts if fact["type"] == "clock_voided"] == ["arrive", "diagnose", "repair"]
    assert [fact for fact in facts if fact["type"].startswith("sla_")] == []


def test_a_timer_at_one_due_time_fires_once(city: Stage, clock: ManualClock) -> None:
    """Design: an owner may put `${sla.due_at("arrive")}` on a single task; it asks no second time."""
    timer = """<bpmn:boundaryEvent id="arrive_due" name="到场到期" attachedToRef="arrive" cancelActivity="false">
        <bpmn:outgoing>f_due</bpmn:outgoing><bpmn:timerEventDefinition id="arrive_due_when"><bpmn:timeDate
        xsi:type="bpmn:tFormalExpression">${sla.due_at('arrive')}</bpmn:timeDate></bpmn:timerEventDefinition>
      </bpmn:boundaryEvent><bpmn:sequenceFlow id="f_due" sourceRef="arrive_due" targetRef="due_seen"/>
      <bpmn:endEvent id="due_seen"><bpmn:incoming>f_due</bpmn:incoming></bpmn:endEvent>
      <bpmn:userTask id="diagnose" """
    redrawn(city, '<bpmn:userTask id="diagnose" ', timer)
    ticket = report(city)
    _do(city, ticket, "dispatch", "dispatcher", {"engineer": "field_engineer"})
    _do(city, ticket, "respond", "field_engineer", {"responded_how": "phone"})
    live_until(city.engine, clock, T0 + timedelta(hours=5))
    with city.engine.read() as connection:
        facts = [fact for row in history(connection, ENGINE, ticket).items for fact in row.facts]
    fired = [fact["due"] for fact in facts if fact["type"] == "timer_fired" and fact["element"] == "arrive_due"]
    assert fired == [(T0 + timedelta(minutes=30)).isoformat()]
    assert [row.state for row in rows(city, select(Job.state))] == []


@pytest.mark.parametrize("start", ["${null}", "${case.number}", "2099-01-01T00:00:00+08:00"])
def test_clocks_cannot_start_from_what_is_no_past_time(city: Stage, start: str) -> None:
    redrawn(city, 'value="${ticket.reported_at}"', f'value="{start}"')
    with pytest.raises((ClockStartRefused, Exception)) as refused:
        report(city)
    assert getattr(refused.value, "code", "") in {"clock_start_refused", "time_malformed"}


def test_clocks_need_a_contract(city: Stage) -> None:
    """The check refuses such a diagram; should one be stored all the same, it says so in words."""
    assert ClockWithoutContract.status == 422
    report_ = city.engine.definitions.check(
        DIAGRAM.replace(b'name="case.kind" value="work_order"', b'name="x" value="y"')
    )
    assert ("clock_without_work_order", "handle") in [(f.code, f.element_id) for f in report_.findings]


def test_a_step_without_a_form_takes_nothing(city: Stage) -> None:
    redrawn(city, 'camunda:formKey="fc_respond" ', "")
    ticket = report(city)
    _do(city, ticket, "dispatch", "dispatcher", {"engineer": "field_engineer"})
    with pytest.raises(Invalid) as refused:
        _do(city, ticket, "respond", "field_engineer", {"ticket": {"reported_at": "2099-01-01T00:00:00Z"}})
    assert list(refused.value.fields) == ["ticket"]
    _do(city, ticket, "respond", "field_engineer", {})


def test_tasks_of_one_step_can_be_told_apart(city: Stage, clock: ManualClock) -> None:
    ticket = report(city)
    live_until(city.engine, clock, T0 + timedelta(minutes=31))
    query = select(UserTask.name).where(UserTask.root_id == ticket, UserTask.element_id == "supervise")
    names = [row.name for row in rows(city, query.order_by(UserTask.created_at))]
    assert names == ["督办超时工单（响应超时）", "督办超时工单（响应超时）", "督办超时工单（到场超时）"]


def _do(city: Stage, ticket: int, element: str, role: str, data: dict[str, Any]) -> None:
    query = select(UserTask.id).where(UserTask.root_id == ticket, UserTask.element_id == element)
    task = rows(city, query.where(UserTask.state == "open"))[0].id
    city.engine.run(complete_task, city.people[role], task, data)
