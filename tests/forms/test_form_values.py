"""Each kind of field: what it accepts, what it returns, and what it refuses with which code."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest

from engine.errors import Invalid
from tests.forms.small_forms import Component, MakeComponent, MakeForm

TEXT, AREA = {"type": "textfield"}, {"type": "textarea"}
NUMBER = {"type": "number", "validate": {"min": 0, "max": 10}, "decimalDigits": 1}
WHOLE = {"type": "number", "decimalDigits": 0}
FREE_NUMBER = {"type": "number"}
CHECKBOX, RADIO, SELECT, TIME = {"type": "checkbox"}, {"type": "radio"}, {"type": "select"}, {"type": "datetime"}
DEVICE = {"type": "select", "properties": {"options": "devices"}}


def codes(call: Callable[..., object], *arguments: object) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        call(*arguments)
    for problem in itertools.chain.from_iterable(caught.value.fields.values()):
        assert problem.keys() == {"code", "zh", "en"}
        assert all(problem.values())
    return {key: [problem["code"] for problem in problems] for key, problems in caught.value.fields.items()}


@pytest.mark.parametrize(
    ("kind", "value", "clean"),
    [
        (TEXT, "  摄像机\t离线 ", "摄像机\t离线"),
        (TEXT, "字" * 200, "字" * 200),
        (TEXT, "\u202a025-5550100\u202c", "025-5550100"),
        (TEXT, "\u2066张\u202e三\u2069", "张三"),
        (AREA, "一\r\n二", "一\n二"),
        (AREA, "字" * 4000, "字" * 4000),
        (NUMBER, 10, 10),
        (NUMBER, 0, 0),
        (NUMBER, 2.5, 2.5),
        (NUMBER, "2.5", 2.5),
        (NUMBER, "2.0", 2),
        (WHOLE, -7, -7),
        (FREE_NUMBER, 0.000001, 0.000001),
        (FREE_NUMBER, 1_000_000_000_000, 1_000_000_000_000),
        (CHECKBOX, True, True),
        (CHECKBOX, "on", True),
        (CHECKBOX, "true", True),
        (CHECKBOX, False, False),
        (CHECKBOX, "false", False),
        (RADIO, "yes", "yes"),
        (SELECT, "no", "no"),
        (DEVICE, "NJ-0001", "NJ-0001"),
        (TIME, "2026-05-01T08:30", "2026-05-01T00:30:00+00:00"),
        (TIME, "2026-05-01 08:30:15", "2026-05-01T00:30:15+00:00"),
        (TIME, "2026-05-01T08:30:00Z", "2026-05-01T08:30:00+00:00"),
        (TIME, "2026-05-01T08:30:00-05:00", "2026-05-01T13:30:00+00:00"),
        (TIME, "2000-01-01T00:00", "1999-12-31T16:00:00+00:00"),
    ],
)
def test_accepted_values_come_back_clean(
    form: MakeForm, component: MakeComponent, kind: Component, value: object, clean: object
) -> None:
    result = form(component(kind["type"], "x", **kind)).validate({"x": value}, {})
    assert result == {"x": clean}
    assert type(result["x"]) is type(clean)
    assert json.loads(json.dumps(result)) == result


@pytest.mark.parametrize("kind", [TEXT, AREA, NUMBER, RADIO, SELECT, DEVICE, TIME])
@pytest.mark.parametrize("value", ["", None])
def test_an_empty_value_is_no_value(form: MakeForm, component: MakeComponent, kind: Component, value: object) -> None:
    assert form(component(kind["type"], "x", **kind)).validate({"x": value}, {}) == {}
    assert form(component(kind["type"], "x", **kind)).validate({}, {}) == {}


def test_an_unticked_checkbox_is_false(form: MakeForm, component: MakeComponent) -> None:
    assert form(component("checkbox", "x")).validate({}, {}) == {"x": False}


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (TEXT, 5, "not_text"),
        (TEXT, ["a"], "not_text"),
        (TEXT, {"a": 1}, "not_text"),
        (TEXT, True, "not_text"),
        (TEXT, "字" * 201, "too_long"),
        (TEXT, "a\x00b", "bad_character"),
        (TEXT, "a\x1bb", "bad_character"),
        (TEXT, "a\ud800b", "bad_character"),
        (AREA, "字" * 4001, "too_long"),
        (TEXT | {"validate": {"maxLength": 3}}, "abcd", "too_long"),
        (TEXT | {"validate": {"minLength": 3}}, "ab", "too_short"),
        (NUMBER, "十", "not_a_number"),
        (NUMBER, "1e3", "not_a_number"),
        (NUMBER, "٣", "not_a_number"),
        (NUMBER, True, "not_a_number"),
        (NUMBER, [1], "not_a_number"),
        (NUMBER, float("nan"), "not_a_number"),
        (NUMBER, float("inf"), "not_a_number"),
        (NUMBER, "9" * 100, "not_a_number"),
        (NUMBER, 10.1, "too_large"),
        (NUMBER, -0.1, "too_small"),
        (NUMBER, 10**400, "too_large"),
        (NUMBER, 2.55, "too_many_decimals"),
        (WHOLE, 1.5, "too_many_decimals"),
        (FREE_NUMBER, 1_000_000_000_001, "too_large"),
        (FREE_NUMBER, -1_000_000_000_001, "too_small"),
        (CHECKBOX, "maybe", "not_yes_or_no"),
        (CHECKBOX, 1, "not_yes_or_no"),
        (RADIO, "Yes", "not_a_choice"),
        (SELECT, "maybe", "not_a_choice"),
        (SELECT, ["yes"], "not_a_choice"),
        (DEVICE, 17, "not_a_choice"),
        (DEVICE, "x" * 201, "not_a_choice"),
        (DEVICE, "a\x00", "bad_character"),
        (TIME, "2026-05-01", "not_a_time"),
        (TIME, "2026-02-30T10:00", "not_a_time"),
        (TIME, "2026-05-01T08:30+24:00", "not_a_time"),
        (TIME, "٢٠٢٦-05-01T08:30", "not_a_time"),
        (TIME, 1777777777, "not_a_time"),
        (TIME, "1" * 100, "not_a_time"),
        (TIME, "1999-12-31T23:59", "time_out_of_range"),
        (TIME, "2100-01-01T00:00", "time_out_of_range"),
        (TIME, "0001-01-01T00:00", "time_out_of_range"),
    ],
)
def test_wrong_values_are_refused(
    form: MakeForm, component: MakeComponent, kind: Component, value: object, code: str
) -> None:
    assert codes(form(component(kind["type"], "x", **kind)).validate, {"x": value}, {}) == {"x": [code]}


@pytest.mark.parametrize("kind", [TEXT, AREA, NUMBER, CHECKBOX, RADIO, SELECT, DEVICE, TIME])
def test_a_required_field_may_not_be_empty(form: MakeForm, component: MakeComponent, kind: Component) -> None:
    rules = {"validate": kind.get("validate", {}) | {"required": True}}
    required = form(component(kind["type"], "x", **(kind | rules)))
    assert codes(required.validate, {}, {}) == {"x": ["required"]}
    assert codes(required.validate, {"x": ""}, {}) == {"x": ["required"]}


def test_blank_text_does_not_fill_a_required_field(form: MakeForm, component: MakeComponent) -> None:
    required = form(component("textarea", "x", validate={"required": True}))
    assert codes(required.validate, {"x": " \n\t "}, {}) == {"x": ["required"]}


def test_messages_name_the_figure_in_both_languages(form: MakeForm, component: MakeComponent) -> None:
    with pytest.raises(Invalid) as caught:
        form(component("textarea", "x", validate={"maxLength": 500})).validate({"x": "字" * 501}, {})
    assert caught.value.fields == {
        "x": [{"code": "too_long", "zh": "最多 500 个字。", "en": "At most 500 characters."}],
    }
