"""Form files: what is compiled, and every refusal with its exact code and place, all at once."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.compiler import compile_form
from forms.document import MAX_BYTES
from forms.findings import FINDINGS, FormRefused
from forms.layout import Choice, Item, Layout
from forms.library import SHIPPED
from tests.forms.small_forms import Component, FormFile, MakeComponent, Refused

RULES = {"required": True, "maxLength": 20, "minLength": 2}
LONG_TEXT = "字" * 201


def test_a_form_compiles_to_a_layout(form_file: FormFile, component: MakeComponent) -> None:
    form = compile_form(
        form_file(
            {"type": "text", "id": "hint", "text": " 带 * 的必填 "},
            component("textfield", "place", description="路口", validate=RULES),
            component("number", "n", validate={"min": 1, "max": 5}, decimalDigits=0, defaultValue=2),
            component("radio", "ok", layout={"row": "Row_1", "columns": None}),
            component("select", "device", properties={"options": "devices"}, conditional={"hide": '${ok != "yes"}'}),
            component("datetime", "at", readonly=True),
            exporter={"name": "form-js"},
            executionPlatform="Camunda Platform",
        ),
        "trial",
    )
    yes_no = (Choice("yes", "是"), Choice("no", "否"))
    assert form.layout == Layout(
        "trial",
        "试验表单",
        (
            Item("text", "hint", text="带 * 的必填"),
            Item("textfield", "place", "place", "名称 place", help="路口", required=True, min_length=2, max_length=20),
            Item("number", "n", "n", "名称 n", minimum=1, maximum=5, decimals=0, default=2),
            Item("radio", "ok", "ok", "名称 ok", choices=yes_no),
            Item("select", "device", "device", "名称 device", options="devices", show_when={"name": "ok", "is": "yes"}),
            Item("datetime", "at", "at", "时间", read_only=True),
        ),
    )
    assert (form.key, form.title) == ("trial", "试验表单")
    assert [field.key for field in form.fields] == ["place", "n", "ok", "device", "at"]
    assert set(form.schema.fields) == {"place", "n", "ok", "device", "at"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "form_not_json"),
        (b"{", "form_not_json"),
        (b"\xff\xfe{\x00}\x00", "form_not_json"),
        ('{"title": "故障"}'.encode("gb18030"), "form_not_json"),
        (b'{"type": NaN}', "form_not_json"),
        (b"[" * 100_000, "form_not_json"),
        (b'{"n": ' + b"9" * 5000 + b"}", "form_not_json"),
        (b"[]", "form_not_a_form"),
        (b'{"type": "default", "type": "default"}', "form_repeated_name"),
        (b" " * (MAX_BYTES + 1), "form_too_large"),
    ],
)
def test_unreadable_files_are_refused(refused: Refused, content: bytes, code: str) -> None:
    assert refused(content) == [(code, None)]


def test_a_byte_order_mark_is_read_over(form_file: FormFile) -> None:
    assert compile_form(b"\xef\xbb\xbf" + form_file()).title == "试验表单"


@pytest.mark.parametrize(
    ("top", "code"),
    [
        ({"type": "other"}, "form_not_a_form"),
        ({"schemaVersion": 20}, "form_not_a_form"),
        ({"schemaVersion": True}, "form_not_a_form"),
        ({"schemaVersion": "19"}, "form_not_a_form"),
        ({"components": []}, "form_not_a_form"),
        ({"components": {}}, "form_not_a_form"),
        ({"components": [{"type": "text", "id": "t", "text": "x"}] * 101}, "form_too_many_components"),
        ({"components": [{"type": "text", "id": "t", "text": "没有井号"}]}, "form_title_missing"),
        ({"components": [{"type": "text", "id": "t", "text": "# "}]}, "form_title_missing"),
        ({"id": "Fault-Report"}, "form_id_wrong"),
        ({"id": 5}, "form_id_wrong"),
        ({"id": "a" * 65}, "form_id_wrong"),
        ({"versionTag": "1"}, "attribute_unknown"),
    ],
)
def test_the_outer_object_is_checked(refused: Refused, form_file: FormFile, top: Component, code: str) -> None:
    assert refused(form_file(**top)) == [(code, None)]


def test_the_id_must_be_the_file_name(form_file: FormFile) -> None:
    with pytest.raises(FormRefused) as caught:
        compile_form(form_file(), "other")
    assert [found.code for found in caught.value.findings] == ["form_id_not_file_name"]


@pytest.mark.parametrize(
    ("type", "more", "code"),
    [
        ("taglist", {}, "component_type_unknown"),
        ("table", {}, "component_type_unknown"),
        ("expression", {"expression": "=1"}, "component_type_unknown"),
        (["text"], {}, "component_type_unknown"),
        ("textfield", {"key": "Place"}, "key_wrong"),
        ("textfield", {"key": "_form"}, "key_wrong"),
        ("textfield", {"key": "and"}, "key_wrong"),
        ("textfield", {"key": "a.b"}, "key_wrong"),
        ("textfield", {"key": "a" * 65}, "key_wrong"),
        ("textfield", {"label": " "}, "label_missing"),
        ("textfield", {"label": "{{name}}"}, "template_text"),
        ("textfield", {"label": '=if a then "b" else "c"'}, "template_text"),
        ("textfield", {"description": "共 {{count(x)}} 台"}, "template_text"),
        ("textfield", {"description": "${x}"}, "template_text"),
        ("textfield", {"label": LONG_TEXT}, "attribute_wrong"),
        ("textfield", {"disabled": True}, "attribute_unknown"),
        ("textfield", {"appearance": {"prefixAdorner": "x"}}, "attribute_unknown"),
        ("textfield", {"validate": {"pattern": "(a+)+"}}, "attribute_unknown"),
        ("textfield", {"validate": {"required": "yes"}}, "attribute_wrong"),
        ("textfield", {"validate": {"maxLength": 201}}, "attribute_wrong"),
        ("textfield", {"validate": {"maxLength": 0}}, "attribute_wrong"),
        ("textfield", {"validate": {"maxLength": True}}, "attribute_wrong"),
        ("textfield", {"validate": {"maxLength": 5, "minLength": 6}}, "attribute_wrong"),
        ("textfield", {"validate": []}, "attribute_wrong"),
        ("textfield", {"properties": {"colour": "red"}}, "attribute_unknown"),
        ("textfield", {"properties": {"options": "points"}}, "attribute_unknown"),
        ("textfield", {"conditional": {"show": "${a}"}}, "attribute_unknown"),
        ("textfield", {"conditional": {"hide": True}}, "attribute_wrong"),
        ("textfield", {"readonly": "yes"}, "attribute_wrong"),
        ("textfield", {"readonly": True, "validate": {"required": True}}, "read_only_required"),
        ("textfield", {"readonly": True, "properties": {"requiredIf": "${a}"}}, "read_only_required"),
        ("textfield", {"validate": {"required": True}, "properties": {"requiredIf": "${a}"}}, "required_twice"),
        ("textfield", {"defaultValue": 5}, "attribute_wrong"),
        ("textfield", {"layout": {"row": "1", "width": 3}}, "attribute_wrong"),
        ("textarea", {"validate": {"maxLength": 4001}}, "attribute_wrong"),
        ("number", {"validate": {"min": 2, "max": 1}}, "attribute_wrong"),
        ("number", {"validate": {"max": 1e13}}, "attribute_wrong"),
        ("number", {"decimalDigits": 7}, "attribute_wrong"),
        ("number", {"increment": 5}, "attribute_unknown"),
        ("number", {"serializeToString": True}, "attribute_unknown"),
        ("checkbox", {"defaultValue": "maybe"}, "attribute_wrong"),
        ("radio", {"values": []}, "choices_wrong"),
        ("radio", {"values": [{"label": "a", "value": "a"}, {"label": "b", "value": "a"}]}, "choices_wrong"),
        ("radio", {"values": [{"label": "a", "value": "a"}, {"label": "a", "value": "b"}]}, "choices_wrong"),
        ("radio", {"values": [{"label": "a", "value": 1}]}, "choices_wrong"),
        ("radio", {"values": [{"label": "", "value": "a"}]}, "choices_wrong"),
        ("radio", {"values": [{"label": "a", "value": " a"}]}, "choices_wrong"),
        ("radio", {"values": [{"label": "a", "value": "a", "extra": 1}]}, "choices_wrong"),
        ("radio", {"values": [{"label": "{{a}}", "value": "a"}]}, "template_text"),
        ("radio", {"values": [{"label": str(n), "value": str(n)} for n in range(101)]}, "choices_wrong"),
        ("radio", {"defaultValue": "maybe"}, "attribute_wrong"),
        ("select", {"valuesExpression": "=list"}, "attribute_unknown"),
        ("select", {"valuesKey": "list"}, "attribute_unknown"),
        ("select", {"properties": {"options": "people"}}, "options_unknown"),
        ("select", {"properties": {"options": "people:Field Engineer"}}, "options_unknown"),
        ("select", {"properties": {"options": "users"}}, "options_unknown"),
        ("select", {"properties": {"options": "points"}, "values": [{"label": "a", "value": "a"}]}, "choices_wrong"),
        ("datetime", {"subtype": "date"}, "attribute_wrong"),
        ("datetime", {"label": "x"}, "attribute_unknown"),
        ("datetime", {"use24h": False}, "attribute_wrong"),
        ("datetime", {"dateLabel": ""}, "label_missing"),
        ("datetime", {"disallowPassedDates": True}, "attribute_unknown"),
    ],
)
def test_each_component_is_checked(
    refused: Refused, form_file: FormFile, component: MakeComponent, type: object, more: Component, code: str
) -> None:
    raw = component(type if isinstance(type, str) else "textfield", "x", **more) | {"type": type}
    assert refused(form_file(raw)) == [(code, raw["key"])]


def test_a_date_without_subtype_would_be_a_day_and_is_refused(
    refused: Refused, form_file: FormFile, component: MakeComponent
) -> None:
    raw = component("datetime", "at")
    del raw["subtype"]
    assert refused(form_file(raw)) == [("attribute_wrong", "at")]


@pytest.mark.parametrize("raw", ["text", None, {"type": "text"}, {"type": "text", "id": "title", "text": "x"}])
def test_a_component_is_an_object_with_an_id_of_its_own(refused: Refused, form_file: FormFile, raw: object) -> None:
    element = raw.get("id") if isinstance(raw, dict) else None
    assert refused(form_file(raw)) == [("component_wrong", element)]


@pytest.mark.parametrize(
    ("hide", "code"),
    [
        ("${count + 3}", "condition_not_supported"),
        ("${words > 3}", "condition_value_wrong"),
        ("${pick in ['yes', 'maybe']}", "condition_value_wrong"),
        ("${'x' in pick}", "condition_value_wrong"),
        ("=count = 3", "condition_not_supported"),
        ("${open('x')}", "condition_not_supported"),
        ("${count", "condition_not_supported"),
        ("${and}", "condition_not_supported"),
        ("${if}", "condition_wrong"),
        ("${later}", "condition_later_field"),
        ("${x}", "condition_later_field"),
        ("${count}", "condition_value_wrong"),
        ("${not words}", "condition_value_wrong"),
        ("${count == '3'}", "condition_value_wrong"),
        ("${count == true}", "condition_value_wrong"),
        ("${box == 1}", "condition_value_wrong"),
        ("${pick == 'maybe'}", "condition_value_wrong"),
        ("${words == ''}", "condition_value_wrong"),
        ("${words == ' a'}", "condition_value_wrong"),
        ("${at == '2026-05-01T08:30'}", "condition_value_wrong"),
    ],
)
def test_conditions_are_checked_against_the_form(
    refused: Refused, form_file: FormFile, component: MakeComponent, hide: str, code: str
) -> None:
    kinds = {"box": "checkbox", "count": "number", "words": "textfield", "pick": "radio", "at": "datetime"}
    earlier = [component(kind, key) for key, kind in kinds.items()]
    x = component("textfield", "x", conditional={"hide": hide})
    assert refused(form_file(*earlier, x, component("checkbox", "later"))) == [(code, "x")]
    x = component("textfield", "x", properties={"requiredIf": hide})
    assert refused(form_file(*earlier, x, component("checkbox", "later"))) == [(code, "x")]


def test_all_findings_come_at_once_each_with_its_place(
    refused: Refused, form_file: FormFile, component: MakeComponent
) -> None:
    content = form_file(
        component("textfield", "a", label="{{x}}", pattern="x"),
        component("taglist", "tags"),
        component("number", "n", conditional={"hide": "${n2 + 1}"}),
        component("textfield", "a") | {"id": "second"},
        schemaVersion=99,
    )
    assert sorted(refused(content), key=str) == sorted(
        [
            ("form_not_a_form", None),
            ("template_text", "a"),
            ("attribute_unknown", "a"),
            ("component_type_unknown", "tags"),
            ("condition_not_supported", "n"),
            ("key_duplicate", "a"),
        ],
        key=str,
    )


def test_a_finding_speaks_both_languages_and_names_the_label(form_file: FormFile, component: MakeComponent) -> None:
    with pytest.raises(FormRefused) as caught:
        compile_form(form_file(component("textfield", "a", label="地点", pattern="x")))
    assert caught.value.findings[0].as_dict() == {
        "code": "attribute_unknown",
        "severity": "error",
        "element_id": "a",
        "element_name": "地点",
        "message_zh": "此处不支持属性“pattern”。",
        "message_en": "The attribute “pattern” is not supported here.",
        "help": "attribute_unknown",
    }
    assert caught.value.message("en") == "The form trial has 1 things to mend."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NESTED = st.fixed_dictionaries({}, optional={"hide": JSON, "required": JSON, "maxLength": JSON, "options": JSON})
MUTABLE = ("conditional", "validate", "properties", "values", "defaultValue")
SHIPPED_FILES = [json.loads(path.read_bytes()) for path in sorted(SHIPPED.glob("*/*.form.json"))]


@settings(max_examples=300, deadline=None, database=None)
@given(st.sampled_from(SHIPPED_FILES), st.data())
def test_a_mutated_file_is_compiled_or_refused_with_findings(raw: Component, data: st.DataObject) -> None:
    raw = json.loads(json.dumps(raw))
    place = data.draw(st.sampled_from([raw, *raw["components"]]))
    name = data.draw(st.sampled_from([*sorted(place), *MUTABLE]))
    place[name] = data.draw(JSON | NESTED)
    try:
        key, codes = compile_form(json.dumps(raw).encode()).key, []
    except FormRefused as refused:
        key, codes = None, [finding.code for finding in refused.findings]
    assert codes or key == raw["id"]
    assert set(codes) <= FINDINGS.keys()
