"""A submission as a whole: unknown keys, sizes, hidden and required-if fields, read-only fields, options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engine.errors import Invalid
from forms.layout import Choice
from tests.forms.small_forms import MakeComponent, MakeForm


def codes(call: Callable[..., object], *arguments: object) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        call(*arguments)
    return {key: [problem["code"] for problem in problems] for key, problems in caught.value.fields.items()}


class Devices:
    """Answers for one point's devices and records what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    def choices(self, source: str, known: Mapping[str, Any]) -> list[Choice]:
        return [Choice("D1", "1 号机")]

    def search(self, source: str, words: str, known: Mapping[str, Any]) -> list[Choice]:
        return self.choices(source, known)

    def contains(self, source: str, value: str, known: Mapping[str, Any]) -> bool:
        self.asked.append((source, value, dict(known)))
        return value == "D1"


def test_every_unknown_key_is_refused_by_name_beside_the_other_problems(
    form: MakeForm, component: MakeComponent
) -> None:
    trial = form(component("textfield", "note"), component("number", "n", validate={"required": True}))
    data = {"note": 5, "extra": 1, "_form": "x", "title": "x", "k" * 100: {"deep": []}}
    assert codes(trial.validate, data, {}) == {
        "note": ["not_text"],
        "n": ["required"],
        "extra": ["unknown_field"],
        "_form": ["unknown_field"],
        "title": ["unknown_field"],
        "k" * 64: ["unknown_field"],
    }


def test_a_text_of_one_megabyte_is_that_fields_problem(form: MakeForm, component: MakeComponent) -> None:
    trial = form(component("textfield", "short"), component("textarea", "long"))
    megabyte = "字" * (1024 * 1024 // 3)
    assert codes(trial.validate, {"long": megabyte}, {}) == {"long": ["too_long"]}
    assert codes(trial.validate, {"short": megabyte, "long": "好"}, {}) == {"short": ["too_long"]}


def test_a_submission_is_bounded_as_a_whole(form: MakeForm, component: MakeComponent) -> None:
    areas = [component("textarea", f"a{n}") for n in range(20)]
    trial = form(*areas)
    full = {f"a{n}": "x" * 4000 for n in range(16)}
    assert trial.validate(full, {}) == full
    assert codes(trial.validate, full | {"a16": "x" * 2000}, {}) == {"_form": ["submission_too_large"]}
    assert codes(trial.validate, {f"k{n}": "" for n in range(201)}, {}) == {"_form": ["too_many_fields"]}
    assert len(codes(trial.validate, {f"k{n}": "" for n in range(200)}, {})) == 200
    assert codes(trial.validate, ["a0"], {}) == {"_form": ["not_an_object"]}


def test_a_hidden_field_is_dropped_whatever_was_submitted(form: MakeForm, component: MakeComponent) -> None:
    trial = form(
        component("checkbox", "replaced"),
        component("number", "serial", conditional={"hide": "${not replaced}"}, validate={"required": True}),
    )
    assert trial.validate({"replaced": False, "serial": "bad"}, {}) == {"replaced": False}
    assert trial.validate({"replaced": False, "serial": {"a": []}}, {}) == {"replaced": False}
    assert trial.validate({"replaced": True, "serial": 5}, {}) == {"replaced": True, "serial": 5}
    assert codes(trial.validate, {"replaced": True}, {}) == {"serial": ["required"]}


def test_a_value_taken_away_comes_back_as_null(form: MakeForm, component: MakeComponent) -> None:
    trial = form(
        component("checkbox", "replaced"),
        component("textfield", "serial", conditional={"hide": "${not replaced}"}),
        component("textfield", "note"),
    )
    known = {"replaced": True, "serial": "S1", "note": "旧", "other": 1}
    assert trial.validate({}, known) == {"replaced": False, "serial": None, "note": None}
    assert trial.validate({}, {"serial": None}) == {"replaced": False}


def test_conditions_see_known_data_and_earlier_submitted_values(form: MakeForm, component: MakeComponent) -> None:
    trial = form(
        component("radio", "ok"),
        component("textfield", "why", properties={"requiredIf": '${ok == "no" and level == 1}'}),
    )
    assert trial.known_names == {"level"}
    assert codes(trial.validate, {"ok": "no"}, {"level": 1}) == {"why": ["required"]}
    assert trial.validate({"ok": "no"}, {"level": 2}) == {"ok": "no"}
    assert trial.validate({"ok": "no"}, {}) == {"ok": "no"}
    assert trial.validate({"ok": "yes"}, {"level": 1, "ok": "no"}) == {"ok": "yes"}


def test_what_is_hidden_by_a_hidden_field_follows_it(form: MakeForm, component: MakeComponent) -> None:
    trial = form(
        component("checkbox", "a"),
        component("checkbox", "b", conditional={"hide": "${not a}"}),
        component("textfield", "c", conditional={"hide": "${not b}"}),
    )
    assert trial.validate({"a": False, "b": True, "c": "x"}, {}) == {"a": False}
    assert trial.validate({"a": True, "b": True, "c": "x"}, {}) == {"a": True, "b": True, "c": "x"}


def test_a_read_only_field_keeps_what_the_case_knows(form: MakeForm, component: MakeComponent) -> None:
    trial = form(
        component("textfield", "place", readonly=True),
        component("textfield", "why", properties={"requiredIf": '${place == "北门"}'}),
    )
    assert trial.validate({"place": "南门", "why": "a"}, {"place": "北门"}) == {"why": "a"}
    assert codes(trial.validate, {"place": "南门"}, {"place": "北门"}) == {"why": ["required"]}


def test_options_judge_choices_that_are_not_in_the_form(form: MakeForm, component: MakeComponent) -> None:
    trial = form(
        component("select", "point", properties={"options": "points"}),
        component("select", "device", properties={"options": "devices"}),
    )
    options = Devices()
    assert codes(trial.validate, {"point": "D1", "device": "D2"}, {"x": 1}, options) == {"device": ["not_a_choice"]}
    assert options.asked == [("points", "D1", {"x": 1}), ("devices", "D2", {"x": 1, "point": "D1"})]
    assert trial.validate({"point": "D1"}, {}, options) == {"point": "D1"}
    assert trial.validate({"point": "P9"}, {}) == {"point": "P9"}


def test_the_submission_and_the_known_data_are_left_as_they_were(form: MakeForm, component: MakeComponent) -> None:
    data, known = {"note": " a "}, {"note": "b"}
    assert form(component("textfield", "note")).validate(data, known) == {"note": "a"}
    assert (data, known) == ({"note": " a "}, {"note": "b"})
