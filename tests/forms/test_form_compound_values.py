"""Fields that hold more than one value: lists of choices, photos and files, signatures, places, rows of a table."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.errors import Invalid
from forms.form import uploads_in
from tests.forms.small_forms import Component, FormFile, MakeComponent, MakeForm, Refused

A, B, C = "a" * 32, "b" * 32, "0123456789abcdef" * 2
THREE = [{"label": name, "value": name} for name in ("one", "two", "three")]
CHECKLIST: Component = {"type": "checklist", "values": THREE}
SOME: Component = CHECKLIST | {"properties": {"minCount": 2, "maxCount": "2"}}
FILES: Component = {"type": "filepicker", "accept": ".pdf, .docx", "multiple": True}
ONE_FILE: Component = {"type": "filepicker"}
PHOTOS: Component = {"type": "filepicker", "multiple": True, "properties": {"kind": "photo", "maxCount": 3}}
SIGNATURE: Component = {"type": "filepicker", "properties": {"kind": "signature"}}
LOCATION: Component = {"type": "textfield", "properties": {"kind": "location"}}


@dataclass(frozen=True)
class Kept:
    kind: str
    name: str = "x"


@dataclass
class Shelf:
    """Uploads that a person may hand in; it counts how often it is asked."""

    kept: dict[str, Kept]
    asked: list[list[str]] = field(default_factory=list)

    def usable(self, ids: Collection[str]) -> Mapping[str, Kept]:
        self.asked.append(list(ids))
        return {one: self.kept[one] for one in ids if one in self.kept}


def codes(form: Any, data: object, *more: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        form.validate(data, {}, *more)
    return {key: [problem["code"] for problem in problems] for key, problems in caught.value.fields.items()}


def columns(component: MakeComponent, *cells: Component, **more: Any) -> Component:
    raw: Component = {"type": "dynamiclist", "id": "rows", "path": "rows", "label": "表格"}
    return raw | {"components": list(cells) or [component("textfield", "serial")]} | more


@pytest.mark.parametrize(
    ("kind", "value", "clean"),
    [
        (CHECKLIST, ["three", "one"], ["one", "three"]),
        (SOME, ["one", "two"], ["one", "two"]),
        (FILES, [A, B], [A, B]),
        (ONE_FILE, [A], [A]),
        (PHOTOS, [C, A, B], [C, A, B]),
        (SIGNATURE, A, A),
        (LOCATION, {"latitude": 32.0512345678, "longitude": -118.5}, {"latitude": 32.051235, "longitude": -118.5}),
        (LOCATION, {"latitude": "32.05", "longitude": " 118 "}, {"latitude": 32.05, "longitude": 118.0}),
        (
            LOCATION,
            {"latitude": 90, "longitude": 180, "accuracy": 12.6},
            {"latitude": 90, "longitude": 180, "accuracy": 13},
        ),
        (LOCATION, {"latitude": 0, "longitude": 0, "accuracy": -1}, {"latitude": 0, "longitude": 0}),
    ],
)
def test_accepted_values_come_back_clean(
    form: MakeForm, component: MakeComponent, kind: Component, value: object, clean: object
) -> None:
    result = form(component(kind["type"], "x", **kind)).validate({"x": value}, {})
    assert result == {"x": clean}
    assert json.loads(json.dumps(result)) == result


@pytest.mark.parametrize("kind", [CHECKLIST, FILES, PHOTOS, SIGNATURE, LOCATION])
def test_nothing_is_no_value_and_does_not_fill_a_required_field(
    form: MakeForm, component: MakeComponent, kind: Component
) -> None:
    free = form(component(kind["type"], "x", **kind))
    required = form(component(kind["type"], "x", **kind, validate={"required": True}))
    empty: tuple[object, ...] = ("", None) if kind in (SIGNATURE, LOCATION) else ("", None, [])
    for value in (*empty, {"latitude": "", "longitude": None}) if kind is LOCATION else empty:
        assert free.validate({"x": value}, {}) == {}
        assert codes(required, {"x": value}) == {"x": ["required"]}


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (CHECKLIST, "one", "not_a_choice"),
        (CHECKLIST, ["four"], "not_a_choice"),
        (CHECKLIST, ["one", "one"], "not_a_choice"),
        (CHECKLIST, ["one", "two", "three", "one"], "not_a_choice"),
        (CHECKLIST, [["one"]], "not_a_choice"),
        (CHECKLIST, {"one": True}, "not_a_choice"),
        (SOME, ["one"], "too_few"),
        (SOME, ["one", "two", "three"], "too_many"),
        (FILES, A, "not_an_upload"),
        (FILES, [A, A], "not_an_upload"),
        (FILES, [A.upper()], "not_an_upload"),
        (FILES, [A + "\n"], "not_an_upload"),
        (FILES, ["../" + A], "not_an_upload"),
        (FILES, [7], "not_an_upload"),
        (FILES, [A] * 11, "too_many"),
        (ONE_FILE, [A, B], "too_many"),
        (PHOTOS, [f"{n:032x}" for n in range(4)], "too_many"),
        (SIGNATURE, [A], "not_an_upload"),
        (SIGNATURE, "data:image/png;base64,AAAA", "not_an_upload"),
        (LOCATION, "32.05,118.78", "not_a_location"),
        (LOCATION, [32.05, 118.78], "not_a_location"),
        (LOCATION, {"latitude": 32.05, "longitude": 118.78, "altitude": 3}, "not_a_location"),
        (LOCATION, {"latitude": "三十二", "longitude": 118}, "not_a_location"),
        (LOCATION, {"latitude": True, "longitude": 118}, "not_a_location"),
        (LOCATION, {"latitude": "1e1", "longitude": 118}, "not_a_location"),
        (LOCATION, {"latitude": [32], "longitude": 118}, "not_a_location"),
        (LOCATION, {"latitude": float("nan"), "longitude": 118}, "location_out_of_range"),
        (LOCATION, {"latitude": 10**400, "longitude": 118}, "location_out_of_range"),
        (LOCATION, {"latitude": 90.001, "longitude": 118}, "location_out_of_range"),
        (LOCATION, {"latitude": "32", "longitude": "-180.5"}, "location_out_of_range"),
        (LOCATION, {"latitude": 32.05}, "location_half"),
        (LOCATION, {"longitude": 118, "latitude": " "}, "location_half"),
    ],
)
def test_wrong_values_are_refused(
    form: MakeForm, component: MakeComponent, kind: Component, value: object, code: str
) -> None:
    assert codes(form(component(kind["type"], "x", **kind)), {"x": value}) == {"x": [code]}


def test_uploads_must_be_there_of_the_right_kind_and_ending_and_are_asked_for_once(
    form: MakeForm, component: MakeComponent
) -> None:
    trial = form(
        component("filepicker", "files", **FILES),
        component("filepicker", "photos", **PHOTOS),
        component("filepicker", "signed", **SIGNATURE),
    )
    shelf = Shelf({A: Kept("file", "报告.PDF"), B: Kept("photo"), C: Kept("signature")})
    right = {"files": [A], "photos": [B], "signed": C}
    assert trial.validate(right, {}, None, shelf) == right
    assert shelf.asked == [[A, B, C]]
    assert uploads_in(trial.fields, right) == [A, B, C]
    missing = {"photos": ["f" * 32, B]}
    assert codes(trial, missing, None, shelf) == {"photos": ["upload_missing"]}
    swapped = {"files": [B], "photos": [C], "signed": A}
    assert codes(trial, swapped, None, shelf) == {key: ["upload_wrong_kind"] for key in swapped}
    shelf.kept[A] = Kept("file", "报告.exe")
    assert codes(trial, {"files": [A]}, None, shelf) == {"files": ["file_type_wrong"]}
    assert trial.validate({}, {}, None, Shelf({})) == {}


def test_no_upload_is_asked_for_that_cannot_be_one(form: MakeForm, component: MakeComponent) -> None:
    trial = form(component("filepicker", "photos", **PHOTOS))
    shelf = Shelf({})
    codes(trial, {"photos": [f"{n:032x}" for n in range(5000)]}, None, shelf)
    assert [len(ids) for ids in shelf.asked] == [20]


def test_rows_are_judged_cell_by_cell(form: MakeForm, component: MakeComponent) -> None:
    trial = form(
        columns(
            component,
            component("textfield", "serial", validate={"required": True, "maxLength": 5}),
            component("number", "n", validate={"max": 9}),
            component("checkbox", "ok"),
            component("checklist", "faults", values=THREE),
        )
    )
    row = {"serial": " S1 ", "n": "3", "ok": "on", "faults": ["two", "one"]}
    clean = {"serial": "S1", "n": 3, "ok": True, "faults": ["one", "two"]}
    assert trial.validate({"rows": [row, {"serial": "S2"}]}, {}) == {"rows": [clean, {"serial": "S2", "ok": False}]}
    wrong = [row, {"n": 10, "extra": 1}, {"serial": "too long", "faults": ["four"]}]
    assert codes(trial, {"rows": wrong}) == {
        "rows.1.serial": ["required"],
        "rows.1.n": ["too_large"],
        "rows.1.extra": ["unknown_field"],
        "rows.2.serial": ["too_long"],
        "rows.2.faults": ["not_a_choice"],
    }


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("x", "not_rows"),
        ({"serial": "a"}, "not_rows"),
        (["a"], "not_rows"),
        ([["a"]], "not_rows"),
        ([None], "not_rows"),
        ([{f"k{n}": 1 for n in range(51)}], "not_rows"),
        ([{}] * 51, "too_many"),
    ],
)
def test_what_is_no_table_is_refused(form: MakeForm, component: MakeComponent, value: object, code: str) -> None:
    assert codes(form(columns(component)), {"rows": value}) == {"rows": [code]}


def test_a_table_has_its_least_and_most_rows(form: MakeForm, component: MakeComponent) -> None:
    trial = form(columns(component, properties={"minCount": 2, "maxCount": 3}))
    row = {"serial": "a"}
    assert codes(trial, {}) == {"rows": ["required"]}
    assert codes(trial, {"rows": [row]}) == {"rows": ["too_few"]}
    assert codes(trial, {"rows": [row] * 4}) == {"rows": ["too_many"]}
    assert trial.validate({"rows": [row] * 3}, {}) == {"rows": [row] * 3}
    most = form(columns(component, properties={"maxCount": 200}))
    assert len(most.validate({"rows": [row] * 200}, {})["rows"]) == 200
    assert codes(most, {"rows": [row] * 201}) == {"rows": ["too_many"]}


def test_conditions_in_a_row_see_the_row_and_what_stands_above_the_table(
    form: MakeForm, component: MakeComponent
) -> None:
    trial = form(
        component("checkbox", "strict"),
        columns(
            component,
            component("radio", "ok"),
            component("textfield", "why", properties={"requiredIf": '${ok == "no" and strict}'}),
            component("textfield", "note", conditional={"hide": '${ok == "yes"}'}),
        ),
    )
    rows = [{"ok": "no", "note": "a"}, {"ok": "yes", "note": "b"}]
    assert codes(trial, {"strict": True, "rows": rows}) == {"rows.0.why": ["required"]}
    assert trial.validate({"rows": rows}, {}) == {"strict": False, "rows": [{"ok": "no", "note": "a"}, {"ok": "yes"}]}


def test_a_hidden_table_is_dropped_whatever_was_submitted(form: MakeForm, component: MakeComponent) -> None:
    trial = form(
        component("checkbox", "some"),
        columns(component, properties={"minCount": 1}, conditional={"hide": "${not some}"}),
        component("textfield", "last", conditional={"hide": "${rows == null}"}),
    )
    assert trial.validate({"rows": ["bad"], "last": "x"}, {}) == {"some": False}
    assert codes(trial, {"some": True}) == {"rows": ["required"]}
    data = {"some": True, "rows": [{"serial": "a"}], "last": "x"}
    assert trial.validate(data, {}) == data


def test_what_stands_in_rows_counts_for_the_size_of_the_submission(form: MakeForm, component: MakeComponent) -> None:
    trial = form(columns(component, component("textarea", "text")))
    full = {"rows": [{"text": "x" * 4000}] * 16}
    assert trial.validate(full, {}) == full
    assert codes(trial, {"rows": [{"text": "x" * 4000}] * 17}) == {"_form": ["submission_too_large"]}
    many = form(
        *(columns(component, id=f"r{n}", path=f"r{n}", components=[component("number", f"n{n}")]) for n in range(90))
    )
    assert codes(many, {f"r{n}": [{f"n{n}": 1}] * 50 for n in range(90)}) == {"_form": ["submission_too_large"]}


def test_what_is_nested_deep_is_refused_and_not_walked(form: MakeForm, component: MakeComponent) -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    trial = form(columns(component), component("checklist", "c", values=THREE), component("textfield", "l", **LOCATION))
    assert codes(trial, {"rows": deep, "c": deep, "l": {"latitude": deep}}) == {
        "rows": ["not_rows"],
        "c": ["not_a_choice"],
        "l": ["not_a_location"],
    }


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ({"type": "filepicker", "properties": {"kind": "location"}}, ("component_type_unknown", "x")),
        ({"type": "textfield", "properties": {"kind": "photo"}}, ("component_type_unknown", "x")),
        ({"type": "filepicker", "properties": {"kind": "video"}}, ("attribute_unknown", "x")),
        ({"type": "filepicker", "accept": "*/*"}, ("accept_wrong", "x")),
        ({"type": "filepicker", "accept": ".PDF"}, ("accept_wrong", "x")),
        ({"type": "filepicker", "accept": 5}, ("attribute_wrong", "x")),
        (PHOTOS | {"accept": ".png"}, ("accept_wrong", "x")),
        ({"type": "filepicker", "multiple": "yes"}, ("attribute_wrong", "x")),
        ({"type": "filepicker", "properties": {"maxCount": 2}}, ("count_wrong", "x")),
        (FILES | {"properties": {"maxCount": 21}}, ("count_wrong", "x")),
        (FILES | {"properties": {"minCount": 5, "maxCount": 4}}, ("count_wrong", "x")),
        (FILES | {"properties": {"minCount": "a"}}, ("attribute_wrong", "x")),
        (SIGNATURE | {"accept": "image/*"}, ("attribute_unknown", "x")),
        (LOCATION | {"validate": {"maxLength": 5}}, ("attribute_unknown", "x")),
        (CHECKLIST | {"properties": {"options": "points"}}, ("attribute_unknown", "x")),
        ({"type": "checklist", "values": []}, ("choices_wrong", "x")),
        (CHECKLIST | {"properties": {"minCount": 101}}, ("count_wrong", "x")),
    ],
)
def test_each_component_is_checked(
    refused: Refused, form_file: FormFile, component: MakeComponent, raw: Component, found: tuple[str, str]
) -> None:
    assert refused(form_file(component(raw["type"], "x", **raw))) == [found]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"components": []}, ("columns_wrong", "rows")),
        ({"path": "Rows"}, ("key_wrong", "Rows")),
        ({"label": ""}, ("label_missing", "rows")),
        ({"description": "x"}, ("attribute_unknown", "rows")),
        ({"validate": {"required": True}}, ("attribute_unknown", "rows")),
        ({"isRepeating": False}, ("attribute_wrong", "rows")),
        ({"properties": {"maxCount": 201}}, ("attribute_wrong", "rows")),
        ({"properties": {"minCount": 1, "requiredIf": "${a}"}}, ("required_twice", "rows")),
    ],
)
def test_a_table_is_checked(
    refused: Refused, form_file: FormFile, component: MakeComponent, more: Component, found: tuple[str, str]
) -> None:
    assert found in refused(form_file(columns(component, **more)))


def test_columns_are_checked_as_fields_are(refused: Refused, form_file: FormFile, component: MakeComponent) -> None:
    inner = columns(component, id="inner", path="inner")
    outside = component("textfield", "after", conditional={"hide": '${serial == "a"}'})
    cells = (
        component("textfield", "a"),
        component("textfield", "serial", pattern="x"),
        component("filepicker", "photo", **PHOTOS),
        inner,
        component("number", "n", conditional={"hide": "${later}"}),
        component("checkbox", "later"),
    )
    assert sorted(
        refused(form_file(component("checkbox", "a") | {"id": "a0"}, columns(component, *cells), outside))
    ) == [
        ("attribute_unknown", "serial"),
        ("column_not_supported", "inner"),
        ("column_not_supported", "photo"),
        ("condition_later_field", "after"),
        ("condition_later_field", "n"),
        ("key_duplicate", "a"),
    ]
    too_many = [component("textfield", f"c{n}") for n in range(11)]
    assert refused(form_file(columns(component, *too_many))) == [("columns_wrong", "rows")]
