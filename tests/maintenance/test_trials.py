"""Trials: the real engine on a manual clock, in an invented city; and nothing of it in the real database."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from typing import Any

import pytest

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.publish_definition import DefinitionRefused, publish_definition
from engine.database import Database
from engine.extensions import Call, Parameter, Service
from maintenance.trial import budget, trials
from maintenance.trial.cast import samples
from maintenance.trial.trials import TrialBusy
from tests.maintenance.trial_stage import DISPATCHED, FAULT, REPORT, START, House

BPMN = 'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock)


def drawing(inside: str, key: str = "small") -> bytes:
    """A small process; its flows go from each element to the next."""
    return f"""<?xml version="1.0"?><bpmn:definitions {BPMN} targetNamespace="t">
      <bpmn:process id="{key}" name="小流程" isExecutable="true">{inside}</bpmn:process></bpmn:definitions>""".encode()


def flows(*ids: str) -> str:
    return "".join(f'<bpmn:sequenceFlow id="f_{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(ids))


def test_the_lights_of_a_trial_come_at_the_seconds_of_the_contract(house: House) -> None:
    """Level 1 of FC: respond within 10 minutes; yellow after 8, red after 10."""
    before = house.answer({"wait": "PT7M59S"})
    assert [(one.element_id, one.due_at.isoformat()) for one in before.timers] == [
        ("yellow", "2026-11-20T02:08:00+00:00"),
        ("red", "2026-11-20T02:10:00+00:00"),
    ]
    assert before.next_due == before.timers[0].due_at
    assert [light for one in before.clocks for light in one.lights] == []
    yellow, red = house.answer({"wait": "PT8M"}), house.answer({"wait": "PT10M"})
    respond = next(one for one in yellow.clocks if one.key == "respond")
    assert [(light.level, light.at.isoformat()) for light in respond.lights] == [
        ("yellow", "2026-11-20T02:08:00+00:00")
    ]
    assert [light.level for light in next(one for one in red.clocks if one.key == "respond").lights] == [
        "yellow",
        "red",
    ]
    assert "supervise" in [task.element_id for task in red.tasks]


def test_a_trial_says_who_may_do_what_and_where_the_tokens_stand(house: House) -> None:
    found = house.answer(DISPATCHED)
    assert [(task.element_id, task.by) for task in found.tasks] == [("respond", ("field_engineer",))]
    assert set(found.active) == {"handle", "respond"}
    assert {"reported", "grade", "dispatch"} <= set(found.passed)
    assert found.state == "active"
    assert found.done == 1
    assert found.stopped is None
    assert found.data["level"] == 1
    assert found.fields["level"] == 1
    assert [one.key for one in found.startable] == ["delay_approval"]
    assert found.number == "FC-20261120-00001"
    assert found.clocks[0].lines[0].zh == "报修 10:00:00 起，响应未完成，限时 10 分钟，余 10 分钟"
    assert found.history[-1].facts[0]["type"] == "task_completed"


def test_before_anybody_has_started_it_a_trial_says_who_can(house: House) -> None:
    found = house.answer(start=None)
    assert (found.state, found.tasks, found.number) == ("not_started", (), None)
    (start,) = found.startable
    assert (start.key, start.form_key) == ("fault_repair_fc", "fault_report")
    assert "reporter" in start.by
    assert "auditor" not in start.by


def test_a_refused_form_stops_the_story_with_its_fields(house: House) -> None:
    found = house.answer(start=START | {"with": REPORT | {"symptom": ""}})
    assert found.stopped is not None
    assert (found.stopped.step, found.stopped.code) == (0, "invalid")
    assert found.stopped.fields["symptom"][0]["code"] == "required"
    assert found.state == "not_started"
    wrong = house.answer(DISPATCHED, {"complete": {"task": "respond", "by": "dispatcher"}}, {"wait": "PT1H"})
    assert wrong.stopped is not None
    assert (wrong.stopped.step, wrong.stopped.code, wrong.done) == (2, "task_taken", 1)
    assert wrong.stopped.zh.startswith("被拒绝：任务已由技术工程师签收")
    assert [task.element_id for task in wrong.tasks] == ["respond"]


def test_an_expectation_that_does_not_hold_says_what_was_seen(house: House) -> None:
    found = house.answer(DISPATCHED, {"expect": {"tasks": ["repair"]}})
    assert found.stopped is not None
    assert found.stopped.code == "story_failed"
    assert found.stopped.zh == "待办：应为 repair，实为 respond"
    assert found.stopped.en == "tasks: expected ['repair'], saw ['respond']"


def test_nothing_of_a_trial_reaches_the_real_database(house: House) -> None:
    before = house.rows()
    assert before["process_definition"] == 2
    assert before["process_instance"] == 0
    house.answer(DISPATCHED, {"wait": "P2D"}, {"cancel": {"by": "dispatcher", "reason": "试跑结束"}})
    house.answer(content=FAULT.replace("故障抢修".encode(), "故障急修".encode()))
    assert house.rows() == before


def test_each_answer_begins_in_a_fresh_city(house: House) -> None:
    numbers = {house.answer(DISPATCHED).number for _ in range(3)}
    assert numbers == {"FC-20261120-00001"}


def test_the_contracts_figures_count_and_may_be_told_otherwise(house: House) -> None:
    found = house.answer(contract={"stages.respond.limit": "PT20M"})
    assert found.next_due is not None
    assert found.next_due.isoformat() == "2026-11-20T02:16:00+00:00"
    refused = house.answer(contract={"stages.nothing.limit": "PT20M"})
    assert refused.stopped is not None
    assert refused.stopped.code == "pack_refused"


def test_a_deferral_is_tried_beside_the_ticket(house: House) -> None:
    """Its photos are samples of the invented city; without one the form refuses."""
    terms = {"deferral": {"enabled": True, "cap": "P15D"}}
    applied = {"reason": "area_power_outage", "explanation": "停电", "requested_until": "2026-11-21T10:00"}
    with house.play() as scene:
        photo = samples("photo", scene.people["field_engineer"])[0].id
    apply = {"process": "delay_approval", "by": "field_engineer", "with": applied | {"photos": [photo]}}
    found = house.answer(DISPATCHED, {"beside": apply}, contract=terms)
    assert found.stopped is None, found.stopped
    review = next(task for task in found.tasks if task.element_id != "respond")
    assert (review.element_id, review.by) == ("review", ("owner_approver",))
    bare = house.answer(DISPATCHED, {"beside": apply | {"with": applied | {"photos": ["0" * 32]}}}, contract=terms)
    assert bare.stopped is not None
    assert bare.stopped.fields["photos"][0]["code"] == "upload_missing"


def test_a_diagram_with_findings_is_not_tried(house: House) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        house.answer(content=drawing('<bpmn:startEvent id="begin"/>'))
    assert refused.value.findings
    with pytest.raises(DefinitionRefused):
        house.answer(content=b"no diagram at all")


def test_who_has_nothing_to_do_with_a_case_cannot_do_its_steps(house: House) -> None:
    """A process without a contract: the client's own dispatcher does it; no contractor's lead ever sees it."""
    body = '<bpmn:startEvent id="begin"/>{}{}<bpmn:endEvent id="ended"/>' + flows("begin", "own", "theirs", "ended")
    task = '<bpmn:userTask id="{0}" name="{0}" camunda:candidateGroups="{1}"/>'
    small = drawing(body.format(task.format("own", "dispatcher"), task.format("theirs", "contractor_lead")))
    start = {"process": "small", "by": "reporter"}
    done = {"complete": {"task": "own", "by": "dispatcher"}}
    assert [task.by for task in house.answer(content=small, start=start).tasks] == [("dispatcher",)]
    found = house.answer(done, content=small, start=start)
    assert (found.stopped, [task.by for task in found.tasks]) == (None, [()])


# -- what is outside stays outside ------------------------------------------------------------------------------


def _called(call: Call, /, **parameters: Any) -> Any:
    raise AssertionError("a trial has called the outside world")


@pytest.fixture
def ringing(database: Database, clock: ManualClock) -> House:
    """A house with a service that tells somebody outside."""
    found = House(database, clock)
    words = (Parameter("text", "text", "内容", "text"),)
    service = Service("phone.ring", _called, "打电话", "ring", words, inside=False)
    found.engine.extensions.add_service(service)
    found.trials = trials.Trials(found.engine, found.trials._cast)
    return found


RING = drawing(
    '<bpmn:startEvent id="begin"/>'
    '<bpmn:serviceTask id="ring" name="打电话" camunda:type="external" camunda:topic="phone.ring" '
    'camunda:resultVariable="said"><bpmn:extensionElements><camunda:inputOutput>'
    '<camunda:inputParameter name="text">派单</camunda:inputParameter></camunda:inputOutput></bpmn:extensionElements>'
    '</bpmn:serviceTask><bpmn:userTask id="note" name="记录" camunda:candidateGroups="dispatcher"/>'
    '<bpmn:endEvent id="ended"/>' + flows("begin", "ring", "note", "ended")
)


def test_outside_services_are_told_of_and_never_called(ringing: House) -> None:
    start = {"process": "small", "by": "reporter"}
    found = ringing.answer({"wait": "P1D"}, content=RING, start=start)
    (call,) = found.calls
    assert (call.element_id, call.service, dict(call.inputs)) == ("ring", "phone.ring", {"text": "派单"})
    assert found.tasks == ()
    answered = ringing.answer({"answer": {"call": "ring", "with": "收到"}}, content=RING, start=start)
    assert [task.element_id for task in answered.tasks] == ["note"]
    assert answered.data["said"] == "收到"
    again = ringing.answer({"answer": {"call": "note"}}, content=RING, start=start)
    assert again.stopped is not None
    assert again.stopped.code == "not_found"


# -- bounds -----------------------------------------------------------------------------------------------------

TICKING = drawing(
    '<bpmn:startEvent id="begin"/>'
    '<bpmn:userTask id="work" name="办理" camunda:candidateGroups="dispatcher"/><bpmn:endEvent id="ended"/>'
    '<bpmn:boundaryEvent id="tick" attachedToRef="work" cancelActivity="false"><bpmn:timerEventDefinition id="t">'
    "<bpmn:timeCycle>R/PT1M</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    '<bpmn:endEvent id="ticked"/>' + flows("begin", "work", "ended") + flows("tick", "ticked")
)


def test_a_clock_that_ticks_for_years_is_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MAX_JOBS", 30)
    start = {"process": "small", "by": "reporter"}
    found = house.answer({"wait": "PT10M"}, {"wait": "P30Y"}, content=TICKING, start=start)
    assert found.stopped is not None
    assert (found.stopped.code, found.done) == ("trial_too_long", 1)
    assert "试跑到此停止" in found.stopped.zh


def test_a_trial_has_only_so_much_of_the_processor(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MAX_SECONDS", 0.0)
    found = house.answer(DISPATCHED)
    assert found.stopped is not None
    assert found.stopped.code == "trial_too_long"


def test_who_comes_while_another_trial_runs_waits_and_is_told_in_the_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "PATIENCE", 0.05)
    with house.play():
        refused: list[BaseException] = []

        def other() -> None:
            try:
                house.answer()
            except TrialBusy as error:
                refused.append(error)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(refused) == 1
    assert house.answer().state == "active"


def test_only_so_many_worlds_are_kept(house: House) -> None:
    for number in range(trials.KEPT + 2):
        house.answer(content=FAULT.replace("故障抢修".encode(), f"故障抢修{number}".encode()))
    assert len(house.trials._worlds) == trials.KEPT


def test_a_world_is_built_anew_when_something_is_published(house: House) -> None:
    house.answer()
    house.answer()
    assert len(house.trials._worlds) == 1
    house.engine.run(publish_definition, ENGINE, house.client_id, TICKING)
    house.answer()
    assert len(house.trials._worlds) == 2


def test_a_trial_of_twenty_steps_costs_little_of_the_processor(house: House) -> None:
    """75 ms here; the bound has five-fold slack over the 150 ms that were aimed at."""
    handling: list[dict[str, Any]] = [
        {"wait": "PT3M"},
        DISPATCHED,
        {"wait": "PT5M"},
        {"complete": {"task": "respond", "by": "field_engineer", "with": {"responded_how": "phone"}}},
        {"wait": "PT20M"},
        {"complete": {"task": "arrive", "by": "field_engineer", "with": {"place": "路口东北角"}}},
    ]
    house.answer(*handling)
    before = time.thread_time()
    found = house.answer(*handling, *[{"wait": f"PT{30 + number}M"} for number in range(14)])
    assert found.done == 20
    assert time.thread_time() - before < 0.75
