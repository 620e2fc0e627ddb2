"""The shipped forms of FC fault repair: their keys, mandatory fields and choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.errors import Invalid
from forms.library import FormLibrary

LIBRARY = FormLibrary.load()

REPORT = {
    "point": "P-001",
    "category": "image",
    "impact": "system_down",
    "symptom": "画面全黑",
    "occurred_at": "2026-05-01T10:00",
}
DIAGNOSIS = {"cause": "电源烧坏", "finding": "适配器无输出", "repairable_on_site": "yes"}
REPAIR = {"procedure": "更换电源", "result": "fixed", "replaced": False}
COMPLETE: dict[str, dict[str, Any]] = {
    "fault_report": REPORT,
    "fc_dispatch": {"engineer": "e1"},
    "fc_respond": {"responded_how": "phone"},
    "fc_arrive": {},
    "fc_diagnose": DIAGNOSIS,
    "fc_repair": REPAIR,
    "fc_spare": {"scheme": "spare", "description": "换上备机"},
    "fc_support": {"advice": "检查供电"},
    "fc_supervise": {"measure": "增派一组"},
    "fc_recheck": {"recheck_ok": "yes"},
    "fc_summary": {"root_cause": "接头不防水", "improvement": "换防水接头"},
}
FIELDS = {
    "fault_report": ["point", "device", "category", "impact", "symptom", "photos", "occurred_at", "contact", "channel"],
    "fc_dispatch": ["engineer", "note"],
    "fc_respond": ["responded_how", "note"],
    "fc_arrive": ["place", "arrival_photos", "arrived_note"],
    "fc_diagnose": ["cause", "finding", "repairable_on_site"],
    "fc_repair": ["procedure", "result", "parts", "replaced", "replacements", "repair_photos"],
    "fc_spare": ["scheme", "description"],
    "fc_support": ["advice"],
    "fc_supervise": ["measure", "promise"],
    "fc_recheck": ["recheck_ok", "recheck_note"],
    "fc_summary": ["root_cause", "improvement"],
}


def codes(key: str, data: Mapping[str, object]) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        LIBRARY.form(key).validate(data, {})
    return {field: [problem["code"] for problem in problems] for field, problems in caught.value.fields.items()}


def test_the_forms_of_the_process_and_their_fields() -> None:
    assert {key: [f.key for f in LIBRARY.form(key).fields] for key in FIELDS} == FIELDS
    assert {LIBRARY.stored[key].process for key in FIELDS} == {"fault_repair_fc"}
    assert all(not LIBRARY.form(key).known_names for key in FIELDS)


@pytest.mark.parametrize("key", FIELDS)
def test_the_least_that_must_be_filled_in(key: str) -> None:
    expected = COMPLETE[key]
    if "occurred_at" in expected:
        expected = expected | {"occurred_at": "2026-05-01T02:00:00+00:00"}
    assert LIBRARY.form(key).validate(COMPLETE[key], {}) == expected
    required = {item.key for item in LIBRARY.layout(key).items if item.required and item.show_when is None}
    assert required == set(COMPLETE[key]) - {"replaced"}
    assert codes(key, {"nonsense": 1}).keys() == required | {"nonsense"}


@pytest.mark.rule("R-336")
@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("fault_report", "occurred_at"),
        ("fault_report", "point"),
        ("fault_report", "symptom"),
        ("fc_repair", "procedure"),
        ("fc_repair", "result"),
        ("fc_recheck", "recheck_ok"),
    ],
)
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_time_point_symptom_procedure_result_and_recheck_are_mandatory(key: str, field: str, empty: str | None) -> None:
    found = codes(key, COMPLETE[key] | {field: empty})
    assert found.keys() == {field}
    if not empty:
        assert found == {field: ["required"]}


@pytest.mark.rule("R-344")
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_a_replaced_device_needs_its_new_serial(empty: str | None) -> None:
    row = {"old_serial": "A1", "new_serial": "B2", "trial_result": "passed"}
    replaced = REPAIR | {"replaced": True, "replacements": [row]}
    assert LIBRARY.form("fc_repair").validate(replaced, {}) == replaced
    without = replaced | {"replacements": [row, row | {"new_serial": empty}]}
    assert codes("fc_repair", without) == {"replacements.1.new_serial": ["required"]}


@pytest.mark.rule("R-344")
def test_a_replacement_needs_its_trial_result_and_a_tick_needs_a_replacement() -> None:
    replaced = REPAIR | {"replaced": True}
    assert codes("fc_repair", replaced) == {"replacements": ["required"]}
    assert codes("fc_repair", replaced | {"replacements": []}) == {"replacements": ["required"]}
    row = {"new_serial": "B2"}
    assert codes("fc_repair", replaced | {"replacements": [row]}) == {"replacements.0.trial_result": ["required"]}
    tried = replaced | {"replacements": [row | {"trial_result": "failed"}]}
    assert LIBRARY.form("fc_repair").validate(tried, {}) == tried


def test_replacements_are_neither_shown_nor_kept_when_nothing_was_replaced() -> None:
    assert LIBRARY.form("fc_repair").validate(REPAIR | {"replacements": [{"new_serial": ""}]}, {}) == REPAIR
    shown = {item.key: item.show_when for item in LIBRARY.layout("fc_repair").items}
    assert shown["replacements"] == {"name": "replaced", "is": True}


def test_photos_of_report_arrival_and_repair_are_optional_and_bounded() -> None:
    photos = {
        item.key: (item.kind, item.required, item.max_count)
        for key in FIELDS
        for item in LIBRARY.layout(key).items
        if item.kind == "photo"
    }
    assert photos == {
        "photos": ("photo", False, 6),
        "arrival_photos": ("photo", False, 9),
        "repair_photos": ("photo", False, 9),
    }


def test_a_failed_recheck_needs_a_note() -> None:
    assert codes("fc_recheck", {"recheck_ok": "no"}) == {"recheck_note": ["required"]}
    assert LIBRARY.form("fc_recheck").validate({"recheck_ok": "no", "recheck_note": "仍黑屏"}, {})["recheck_ok"] == "no"


def test_the_channels_of_a_report() -> None:
    channel = next(item for item in LIBRARY.layout("fault_report").items if item.key == "channel")
    assert [choice.value for choice in channel.choices] == ["web", "mobile", "hotline", "wechat", "remote"]
    assert channel.default == "web"
    assert codes("fault_report", REPORT | {"channel": "fax"}) == {"channel": ["not_a_choice"]}


@pytest.mark.parametrize(("field", "most"), [("symptom", 500), ("contact", 50)])
def test_lengths_of_the_report(field: str, most: int) -> None:
    assert LIBRARY.form("fault_report").validate(REPORT | {field: "字" * most}, {})[field] == "字" * most
    assert codes("fault_report", REPORT | {field: "字" * (most + 1)}) == {field: ["too_long"]}


def test_points_devices_and_people_come_from_the_options() -> None:
    sources = {item.key: item.options for key in FIELDS for item in LIBRARY.layout(key).items if item.options}
    assert sources == {"point": "points", "device": "devices", "engineer": "people:field_engineer"}
