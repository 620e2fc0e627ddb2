"""Tables of the rulebook: the two shipped ones over every combination, and the shapes of the hardest others."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from engine.decisions.errors import ValueRefused
from engine.decisions.evaluation import evaluate
from tests.engine.decisions.tables import compiled, made, numbers, one, report

FC = Path(__file__).parents[3] / "bpmn" / "packs" / "fc"
D21, D22 = (FC / f"{name}.dmn" for name in ("D21_fc_level", "D22_fc_limit"))
GLOBAL = ("system_down", "large_area_offline", "platform_login_down", "all_upload_down")
LOCAL = ("local_point_fault", "area_capture_lost", "partial_upload_delay", "partial_function_fault")
LIMITS = ("respond_min", "arrive_min", "diagnose_min", "repair_min", "same_day_close", "observe_hours")


@pytest.mark.parametrize("path", [D21, D22], ids=["D21", "D22"])
def test_the_shipped_tables_have_no_findings(path: Path) -> None:
    assert report(path.read_bytes()).findings == ()


@pytest.mark.rule("R-321", "R-322", "R-323")
def test_d21_over_all_256_combinations() -> None:
    decision = compiled(D21.read_bytes(), "D21_fc_level")
    seen = {1: 0, 2: 0, 3: 0}
    for values in itertools.product((False, True), repeat=8):
        data = dict(zip((*GLOBAL, *LOCAL), values, strict=True))
        expected = 1 if any(values[:4]) else 2 if any(values[4:]) else 3
        found = evaluate(decision, data)
        assert found.outputs == {"level": expected}
        assert numbers(found) == [expected]
        seen[expected] += 1
    assert seen == {1: 240, 2: 15, 3: 1}


def test_d21_reads_null_as_no() -> None:
    decision = compiled(D21.read_bytes(), "D21_fc_level")
    empty: dict[str, Any] = dict.fromkeys((*GLOBAL, *LOCAL))
    assert evaluate(decision, empty).outputs == {"level": 3}
    assert evaluate(decision, {**empty, "all_upload_down": True}).outputs == {"level": 1}


def test_d22_gives_the_minutes_of_each_level() -> None:
    decision = compiled(D22.read_bytes(), "D22_fc_limit")
    found = {level: tuple(evaluate(decision, {"level": level}).outputs[name] for name in LIMITS) for level in (1, 2, 3)}
    assert found == {
        1: (10, 30, 120, 240, False, 24),
        2: (15, 60, None, 240, True, 24),
        3: (30, None, 1440, 1440, False, 24),
    }
    for level in (0, 4):
        with pytest.raises(ValueRefused):
            evaluate(decision, {"level": level})
    assert evaluate(decision, {"level": None}).outputs == dict.fromkeys(LIMITS)


D04 = one(
    ["area_power_outage or planned_upgrade: boolean", "whole_system_affected: boolean", "affected_cameras: integer"],
    ["urgency: string", "notify_owner_now: boolean"],
    [
        'True ; - ; - => "normal" ; False',
        'False ; True ; - => "urgent" ; True',
        'False ; False ; > 10 => "urgent" ; True',
        'False ; False ; <= 10 => "normal" ; False',
    ],
)
D05 = one(
    ["contract_minutes is not None: boolean", 'urgency: string = "urgent","normal"'],
    ["limit_minutes: integer", "limit_source: string"],
    [
        'True ; - => contract_minutes ; "contract"',
        'False;"urgent" => 240;"BZ art.10"',
        'False;"normal" => 1440;"BZ art.10"',
    ],
)
D06 = one(
    ["reason: string"],
    ["allowed: boolean", "max_days: integer", "anchor: string"],
    [
        '"area_power_outage" => True ; 3 ; "approved_at"',
        '"severe_weather" => True ; 3 ; "weather_impact_ended_at"',
        '"pole_hit" => True ; 14 ; "approved_at"',
        '"no_spare_part" => True ; 10 ; "approved_at"',
        '"third_party_works" => True ; 5 ; "approved_at"',
        '"municipal_works","other_external" => True ; 15 ; "approved_at"',
        '"staff_shortage","vehicle_shortage","internal_cause" => False ; 0 ; "none"',
    ],
)
D07 = one(
    ["has_reason_text", "photo_count", "has_proposed_until", "has_seal", "before_expiry"],
    ["missing: string"],
    [
        'False ; - ; - ; - ; - => "reason_text"',
        '- ; < 1 ; - ; - ; - => "site_photo"',
        '- ; - ; False ; - ; - => "proposed_until"',
        '- ; - ; - ; False ; - => "unit_seal"',
        '- ; - ; - ; - ; False => "late_application"',
    ],
    "COLLECT",
)
D16 = one(
    ['source in ("12328","12345","safety_platform"): boolean', "urgency: string"],
    ["limit_value: integer", "limit_unit: string", "calendar: string"],
    [
        "True ; - => platform_limit_value ; platform_limit_unit ; platform_calendar",
        'False ; "extreme" => 30 ; "minute" ; "24x7"',
        'False ; "urgent" => 1 ; "workday" ; "workday"',
        'False ; "fairly_urgent" => 5 ; "workday" ; "workday"',
        'False ; "general" => 10 ; "workday" ; "workday"',
    ],
)
D17 = one(
    ['share_type: string = "unconditional","conditional","not_shared"', 'applicant: string = "government","external"'],
    ["route: string", "reply_workdays: integer"],
    [
        '"unconditional" ; "government" => "register_then_serve" ; 0',
        '"conditional" ; - => "provider_review" ; 10',
        '"not_shared" ; "government" => "negotiate_then_bureau_leaders" ; None',
        '"unconditional" ; "external" => "real_name_register_then_serve" ; 0',
        '"not_shared" ; "external" => "refuse" ; 0',
    ],
)
D20 = one(["elapsed_ratio: number"], ["light: string"], ['< 0.8 => "green"', '[0.8..1] => "yellow"', '> 1 => "red"'])


def test_d04_more_than_ten_cameras_unless_carved_out() -> None:
    assert report(D04).findings == ()
    names = ("area_power_outage", "planned_upgrade", "whole_system_affected")
    for outage, upgrade, whole, cameras in itertools.product((False, True), (False, True), (False, True), (0, 10, 11)):
        urgent = not (outage or upgrade) and (whole or cameras > 10)
        data: dict[str, Any] = dict(zip(names, (outage, upgrade, whole), strict=True))
        assert made(D04, **data, affected_cameras=cameras).outputs == {
            "urgency": "urgent" if urgent else "normal",
            "notify_owner_now": urgent,
        }


def test_d05_a_contract_figure_comes_first() -> None:
    assert report(D05).findings == ()
    assert made(D05, contract_minutes=90, urgency="urgent").outputs == {"limit_minutes": 90, "limit_source": "contract"}
    assert made(D05, contract_minutes=None, urgency="urgent").outputs["limit_minutes"] == 240
    assert made(D05, contract_minutes=None, urgency="normal").outputs["limit_minutes"] == 1440


def test_d06_reasons_in_lists() -> None:
    assert [finding.message_en for finding in report(D06).findings] == ["No rule for reason is any other value."]
    assert made(D06, reason="other_external").outputs == {"allowed": True, "max_days": 15, "anchor": "approved_at"}
    assert made(D06, reason="vehicle_shortage").outputs == {"allowed": False, "max_days": 0, "anchor": "none"}
    assert made(D06, reason="laziness").outputs == {"allowed": None, "max_days": None, "anchor": None}


def test_d07_collects_what_is_missing_and_the_second_answer_replaces_the_first() -> None:
    assert report(D07).findings == ()
    nothing = dict.fromkeys(("has_reason_text", "has_proposed_until", "has_seal", "before_expiry"), False)
    assert made(D07, **nothing, photo_count=0).outputs == {
        "missing": ["reason_text", "site_photo", "proposed_until", "unit_seal", "late_application"]
    }
    complete: dict[str, Any] = dict.fromkeys(nothing, True)
    assert made(D07, **{**complete, "has_seal": False}, photo_count=1).outputs == {"missing": ["unit_seal"]}
    assert made(D07, **complete, photo_count=1).outputs == {"missing": []}


def test_d16_outputs_that_are_variables() -> None:
    platform = {"platform_limit_value": 3, "platform_limit_unit": "day", "platform_calendar": "24x7"}
    found = made(D16, source="12345", urgency="extreme", **platform)
    assert found.outputs == {"limit_value": 3, "limit_unit": "day", "calendar": "24x7"}
    assert made(D16, source="phone", urgency="fairly_urgent").outputs["limit_value"] == 5


def test_d17_null_is_an_answer() -> None:
    assert report(D17).findings == ()
    found = made(D17, share_type="not_shared", applicant="government")
    assert (found.outputs["reply_workdays"], numbers(found)) == (None, [3])


@pytest.mark.parametrize(("ratio", "light"), [(0.79, "green"), (0.8, "yellow"), (1, "yellow"), (1.0001, "red")])
def test_d20_ranges_meet_without_gap(ratio: float, light: str) -> None:
    assert report(D20).findings == ()
    assert made(D20, elapsed_ratio=ratio).outputs == {"light": light}
