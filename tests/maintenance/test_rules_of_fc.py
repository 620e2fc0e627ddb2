"""The 21 rules of FC repair (P-04), each by its acceptance example, through the shipped drawing, pack and forms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.clock import ManualClock
from engine.database import Database
from engine.errors import Invalid
from engine.models import UserTask
from maintenance.models import Contract, Device
from maintenance.queries.work_order import work_order
from maintenance.stories import Stage
from tests.maintenance.fault import Fault, codes
from tests.stage import stage

TEN, NINE = "2026-11-20T10:00:00", "2026-11-20T09:00:00"  # a Friday


@pytest.fixture
def city(database: Database, clock: ManualClock) -> Stage:
    return stage(database, clock)


# -- what a report brings with it --------------------------------------------------------------------------------


@pytest.mark.rule("R-317")
def test_a_ticket_after_the_service_period_is_charged_at_cost_price(city: Stage) -> None:
    with city.engine.database.writing.begin() as connection:
        connection.execute(update(Contract).values(ends_on=date(2028, 5, 31)))
    free, charged = Fault(city, "2028-05-31T23:59:59"), Fault(city, "2028-06-01T00:00:00")
    assert (free.order().chargeable, charged.order().chargeable) == (False, True)
    with city.engine.read() as connection:
        notes = [item.charge for one in (free, charged) if (item := work_order(connection, one.id))]
    assert [(note.chargeable, note.zh) for note in notes] == [
        (False, "合同服务期内，免费服务。"),
        (True, "合同服务期已于 2028-05-31 届满，本工单按成本价收费。"),
    ]


@pytest.mark.rule("R-320")
@pytest.mark.parametrize("channel", ["hotline", "wechat", "remote"])
def test_intake_is_open_at_any_hour_and_the_clock_runs_at_once(city: Stage, channel: str) -> None:
    fault = Fault(city, "2026-10-01T03:00:00", 2, channel=channel)  # the national holiday
    respond = fault.clock("respond")
    assert fault.order().channel == channel
    assert (respond.state, respond.started_at) == ("running", fault.moment("03:00:00"))
    assert respond.due_at == fault.moment("03:15:00")
    assert fault.tasks() == ["dispatch"]
    assert codes(lambda: Fault(city, "2026-10-01T03:00:00", channel="pigeon")) == {"channel": ["not_a_choice"]}


LEVELS = {
    1: ("system_down", "large_area_offline", "platform_login_down", "all_upload_down"),
    2: ("local_point_fault", "area_capture_lost", "partial_upload_delay", "partial_function_fault"),
    3: ("slight",),
}


@pytest.mark.rule("R-321", "R-322", "R-323")
@pytest.mark.parametrize(
    ("level", "impact"), [(level, impact) for level, impacts in LEVELS.items() for impact in impacts]
)
def test_the_effect_gives_the_level_and_the_level_the_clocks(city: Stage, level: int, impact: str) -> None:
    fault = Fault(city, TEN, impact=impact)
    assert fault.instance().fields["level"] == level
    assert [item.key for item in fault.clocks()] == {
        1: ["respond", "arrive", "diagnose", "repair"],
        2: ["respond", "arrive", "repair", "same_day_close"],
        3: ["respond", "diagnose", "repair"],
    }[level]


# -- limits of table D22: at the due second it is met, one second later it is not ----------------------------------


def judged(city: Stage, level: int, report: str, last: str, time: str, day: int = 0) -> Fault:
    """A fault whose handling comes to this step at that moment, every step before it in one go."""
    fault = Fault(city, report, level)
    fault.stage.clock.move_to(fault.moment(time, day))
    fault.through(last)
    return fault


@pytest.mark.parametrize(
    ("level", "step", "report", "met", "late"),
    [
        pytest.param(1, "respond", TEN, ["10:09:59", "10:10:00"], "10:10:01", marks=pytest.mark.rule("R-324")),
        pytest.param(1, "arrive", TEN, ["10:29:59", "10:30:00"], "10:30:01", marks=pytest.mark.rule("R-325")),
        pytest.param(1, "repair", TEN, ["13:59:00", "14:00:00"], "14:00:01", marks=pytest.mark.rule("R-327")),
        pytest.param(2, "respond", NINE, ["09:15:00"], "09:15:01", marks=pytest.mark.rule("R-329")),
        pytest.param(2, "arrive", NINE, ["10:00:00"], "10:00:01", marks=pytest.mark.rule("R-330")),
        pytest.param(2, "repair", NINE, ["13:00:00"], "13:00:01", marks=pytest.mark.rule("R-331")),
        pytest.param(3, "respond", NINE, ["09:30:00"], "09:30:01", marks=pytest.mark.rule("R-333")),
    ],
)
def test_each_step_of_a_level_has_its_limit(
    city: Stage, level: int, step: str, report: str, met: list[str], late: str
) -> None:
    for time in met:
        assert judged(city, level, report, step, time).clock(step).verdict == "met"
    assert judged(city, level, report, step, late).clock(step).verdict == "breached"


@pytest.mark.rule("R-326")
def test_level_1_is_diagnosed_within_2_hours(city: Stage) -> None:
    """At 12:00:01 only the diagnosis is late."""
    assert judged(city, 1, TEN, "diagnose", "12:00:00").clock("diagnose").verdict == "met"
    fault = judged(city, 1, TEN, "arrive", "10:05:00")
    fault.wait("12:00:01")
    assert fault.verdicts() == {"respond": "met", "arrive": "met", "diagnose": "breached", "repair": "pending"}
    assert fault.tasks() == ["diagnose", "support"]


@pytest.mark.rule("R-328")
def test_level_1_that_cannot_be_repaired_on_site_gets_a_spare_at_once(city: Stage) -> None:
    for level, opened in ((1, ["repair", "spare"]), (2, ["repair"]), (3, ["repair"])):
        fault = Fault(city, TEN, level)
        city.clock.move_to(fault.moment("10:25:00"))
        fault.through("diagnose", repairable_on_site="no")
        assert fault.tasks() == opened
        born = fault.rows(select(UserTask.created_at).filter_by(root_id=fault.id, state="open"))
        assert {at for (at,) in born} == {fault.moment("10:25:00")}
        told = [(fact["seq"], fact["type"], fact["element"]) for fact in fault.facts() if "element" in fact]
        (command,) = [seq for seq, type_, element in told if (type_, element) == ("task_completed", "diagnose")]
        made = [element for seq, type_, element in told if (seq, type_) == (command, "task_created")]
        assert sorted(made) == opened


@pytest.mark.rule("R-332")
def test_level_2_is_closed_the_same_day(city: Stage) -> None:
    fault = judged(city, 2, "2026-11-20T20:30:00", "repair", "23:50:00")
    due = {key: fault.clock(key).due_at for key in ("repair", "same_day_close")}
    assert due == {"repair": fault.moment("00:30:00", 1), "same_day_close": fault.moment("00:00:00", 1)}
    assert (fault.verdicts()["repair"], fault.verdicts()["same_day_close"]) == ("met", "met")
    at_midnight = judged(city, 2, "2026-11-20T20:30:00", "repair", "00:00:00", 1)
    assert at_midnight.clock("same_day_close").verdict == "met"
    late = judged(city, 2, "2026-11-20T20:30:00", "repair", "00:00:01", 1)
    assert (late.verdicts()["repair"], late.verdicts()["same_day_close"]) == ("met", "breached")
    assert "same_day_close" not in judged(city, 1, TEN, "respond", "10:00:00").verdicts()


@pytest.mark.rule("R-334")
def test_level_3_is_diagnosed_and_repaired_within_24_hours(city: Stage) -> None:
    met = judged(city, 3, NINE, "repair", "09:00:00", 1)
    assert (met.verdicts()["diagnose"], met.verdicts()["repair"]) == ("met", "met")
    late = judged(city, 3, NINE, "repair", "09:00:01", 1)
    assert (late.verdicts()["diagnose"], late.verdicts()["repair"]) == ("breached", "breached")
    assert "arrive" not in late.verdicts()


@pytest.mark.rule("R-348")
def test_the_head_office_is_called_when_level_1_is_not_diagnosed_at_2_hours(city: Stage) -> None:
    fault = judged(city, 1, TEN, "arrive", "10:05:00")
    fault.wait("11:59:59")
    assert fault.tasks() == ["diagnose"]
    fault.wait("12:00:00")
    assert fault.tasks() == ["diagnose", "support"]
    slight = judged(city, 3, TEN, "respond", "10:05:00")
    slight.wait("10:00:00", 1)
    assert "support" not in slight.tasks()


# -- closing -------------------------------------------------------------------------------------------------------


def observed(city: Stage, level: int = 1) -> Fault:
    """A fault that was reported at 9 o'clock, repaired at 10, and is observed."""
    fault = Fault(city, NINE, level)
    fault.wait("10:00:00")
    fault.through("repair")
    return fault


@pytest.mark.rule("R-335")
def test_nothing_is_archived_without_its_four_marks(city: Stage) -> None:
    """Recorded, handled, rechecked, archived. Without a recheck the archive is out of reach."""
    fault = observed(city)
    fault.wait("10:00:00", 30)  # nobody rechecks for a month
    assert (set(fault.tasks()), fault.instance().state) == ({"recheck", "supervise"}, "active")
    with pytest.raises(IndexError):
        fault.do("summary")  # no such step is open
    fault.do("recheck", recheck_ok="no", recheck_note="仍黑屏")
    assert "summary" not in fault.tasks()
    fault.through("repair")
    fault.wait("10:00:00", 31)
    fault.do("recheck")
    assert (set(fault.tasks()), fault.instance().state) == ({"summary", "supervise"}, "active")
    fault.do("summary")
    assert (fault.tasks(), fault.instance().state) == ([], "completed")
    done = [fact["element"] for fact in fault.facts() if fact["type"] in ("element_completed", "task_completed")]
    marks = [element for element in done if element in ("reported", "handle", "recheck", "archived")]
    assert marks == ["reported", "handle", "recheck", "handle", "recheck", "archived"]


@pytest.mark.rule("R-336")
@pytest.mark.parametrize("empty", [None, "", " "])
def test_six_fields_are_mandatory(city: Stage, empty: str | None) -> None:
    """Time, point and symptom in the report, procedure and result in the repair, the recheck."""
    for field in ("occurred_at", "point", "symptom"):
        report: dict[str, Any] = {field: empty}
        assert codes(lambda report=report: Fault(city, TEN, **report)).keys() == {field}
    fault = Fault(city, TEN)
    fault.through("diagnose")
    for field in ("procedure", "result"):
        assert fault.refused("repair", **{field: empty}).keys() == {field}
    fault.do("repair")
    fault.wait("10:00:00", 1)
    assert fault.refused("recheck", recheck_ok=empty).keys() == {"recheck_ok"}
    assert fault.tasks() == ["recheck"]


@pytest.mark.rule("R-337")
def test_a_repaired_fault_is_observed_for_24_hours_and_opened_again_if_it_recurs(city: Stage) -> None:
    fault = observed(city)
    fault.wait("20:00:00")
    fault.recur()
    assert fault.order().recurrences == 1
    assert "dispatch" in fault.tasks()
    rounds = [(item.round, item.key, item.state.started_at) for item in fault.clocks() if item.key == "repair"]
    assert rounds == [(1, "repair", fault.began), (2, "repair", fault.moment("20:00:00"))]
    assert fault.clock("repair").due_at == fault.moment("00:00:00", 1)
    fault.wait("10:00:01", 1)  # the first observation would have ended at 10:00
    assert "recheck" not in fault.tasks()


@pytest.mark.rule("R-337")
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_recheck_opens_when_24_hours_have_passed_quietly(city: Stage, level: int) -> None:
    quiet = observed(city, level=level)
    quiet.wait("09:59:59", 1)
    assert "recheck" not in quiet.tasks()
    quiet.wait("10:00:00", 1)
    assert "recheck" in quiet.tasks()
    assert quiet.order().recurrences == 0


@pytest.mark.rule("R-338")
@pytest.mark.parametrize("empty", [None, "", " "])
def test_the_archive_needs_the_cause_and_an_improvement(city: Stage, empty: str | None) -> None:
    fault = observed(city)
    fault.wait("10:00:00", 1)
    fault.do("recheck")
    for field in ("root_cause", "improvement"):
        assert fault.refused("summary", **{field: empty}).keys() == {field}
    assert fault.instance().state == "active"
    fault.do("summary")
    assert fault.instance().state == "completed"


# -- replaced devices ----------------------------------------------------------------------------------------------


def at_repair(city: Stage, **report: Any) -> Fault:
    fault = Fault(city, TEN, **report)
    fault.through("diagnose")
    return fault


def serials(fault: Fault) -> dict[str, str]:
    return {row.serial: row.state for row in fault.rows(select(Device.serial, Device.state))}


@pytest.mark.rule("R-344")
def test_a_replaced_device_enters_the_ledger_when_the_repair_is_completed(city: Stage) -> None:
    fault = at_repair(city)
    row = {"old_serial": "SN0011", "new_serial": "SN9001", "trial_result": "passed"}

    def refused(**changes: str | None) -> dict[str, list[str]]:
        return fault.refused("repair", replaced=True, replacements=[{**row, **changes}])

    assert refused(new_serial="") == {"replacements.0.new_serial": ["required"]}
    assert refused(trial_result=None) == {"replacements.0.trial_result": ["required"]}
    assert (fault.tasks(), serials(fault)) == (["repair"], {"SN0011": "active"})
    fault.do("repair", replaced=True, replacements=[row])
    assert serials(fault) == {"SN0011": "replaced", "SN9001": "active"}
    told = {fact["type"]: fact["seq"] for fact in fault.facts()}
    assert told["device_replaced"] == told["task_completed"]


def test_a_replacement_that_the_ledger_refuses_leaves_the_repair_open(city: Stage) -> None:
    fault = at_repair(city)
    good = {"old_serial": "SN0011", "new_serial": "SN9001", "trial_result": "passed"}
    for changes, expected in (
        ({"old_serial": "SN404"}, {"replacements.1.old_serial": ["not_a_choice"]}),
        ({"old_serial": None}, {"replacements.1.old_serial": ["required"]}),
        ({"old_serial": "SN0011", "new_serial": "SN9002"}, {"replacements.1.old_serial": ["ledger_not_in_use"]}),
        ({"old_serial": "SN9001", "new_serial": "SN0011"}, {"replacements.1.new_serial": ["ledger_exists"]}),
        ({"old_serial": "SN9001", "new_serial": "=HYPERLINK(1)"}, {"replacements.1.new_serial": ["ledger_formula"]}),
    ):
        bad = {**good, "new_serial": "SN9003", **changes}
        assert fault.refused("repair", replaced=True, replacements=[good, bad]) == expected
        assert (fault.tasks(), serials(fault)) == (["repair"], {"SN0011": "active"})
    fault.do("repair", replaced=True, replacements=[good, {**good, "old_serial": "SN9001", "new_serial": "SN9002"}])
    assert serials(fault) == {"SN0011": "replaced", "SN9001": "replaced", "SN9002": "active"}


def test_where_no_device_was_reported_the_old_serial_is_asked_for_in_words(city: Stage) -> None:
    fault = at_repair(city)
    row = {"new_serial": "SN9001", "trial_result": "passed"}
    with pytest.raises(Invalid) as caught:
        fault.do("repair", replaced=True, replacements=[row])
    asked = {
        "code": "required",
        "zh": "报修时没有选设备，请填写旧设备序列号。",
        "en": "No device was chosen when the fault was reported: give the old serial.",
    }
    assert caught.value.fields == {"replacements.0.old_serial": [asked]}
    assert serials(fault) == {"SN0011": "active"}


def test_without_an_old_serial_the_reported_device_is_meant_and_a_failed_trial_is_faulty(city: Stage) -> None:
    fault = at_repair(city, device="SN0011")
    fault.do("repair", replaced=True, replacements=[{"new_serial": "SN9001", "trial_result": "failed"}])
    assert serials(fault) == {"SN0011": "replaced", "SN9001": "faulty"}


def test_a_second_repair_does_not_replace_again(city: Stage) -> None:
    fault = at_repair(city)
    row = {"old_serial": "SN0011", "new_serial": "SN9001", "trial_result": "passed"}
    fault.do("repair", replaced=True, replacements=[row])
    fault.wait("12:00:00")
    fault.recur()
    fault.through("repair")
    assert serials(fault) == {"SN0011": "replaced", "SN9001": "active"}
    assert sum(fact["type"] == "device_replaced" for fact in fault.facts()) == 1


# -- lights --------------------------------------------------------------------------------------------------------


def test_yellow_comes_at_four_fifths_and_supervision_climbs_each_response_limit(city: Stage) -> None:
    """Rulebook 2.0 and 10.3; the first figures of level 2."""
    fault = Fault(city, NINE, 2)
    fault.wait("09:30:00")
    told = [(light.threshold, light.at) for item in fault.clocks() if item.key == "respond" for light in item.lights]
    times = {"warn": "09:12:00", "breach": "09:15:00", "escalate.1": "09:30:00"}
    assert told == [(threshold, fault.moment(time)) for threshold, time in times.items()]


def test_a_clock_names_the_rule_of_the_table_that_limits_it(city: Stage) -> None:
    sources = {level: {item.state.source for item in Fault(city, NINE, level).clocks()} for level in (1, 2, 3)}
    assert sources == {level: {f"FC 5.2（D22 第 {level} 条）"} for level in (1, 2, 3)}
