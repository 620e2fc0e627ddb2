"""The table of fields: what it shows is what it changes, and everything else in the file stays as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from forms.compiler import compile_form
from forms.editing import add, change, duplicate, move, remove
from forms.kinds import KINDS
from forms.library import SHIPPED
from forms.partial import partial_form
from forms.sheet import read_sheet, sheet_of, write_document
from forms.words import CELL_WORDS, KIND_WORDS
from tests.forms.small_forms import form_bytes

NOTE = {"type": "textarea", "id": "n", "key": "note", "label": "说明", "layout": {"row": "r1", "columns": None}}
CHOICES = [{"label": "修好了", "value": "yes"}, {"label": "没有", "value": "no"}]
COLUMN = {"type": "textfield", "id": "c", "key": "serial", "label": "序列号"}
OK = {
    "type": "radio", "id": "o", "key": "ok", "label": "修好了吗",
    "values": CHOICES, "validate": {"required": True},
}  # fmt: skip
WHY = {
    "type": "textfield", "id": "w", "key": "why", "label": "原因", "conditional": {"hide": '${ok == "yes"}'},
    "properties": {"requiredIf": '${ok == "no" and note != "ok"}'},
}  # fmt: skip
PARTS = {
    "type": "dynamiclist", "id": "p", "path": "parts", "label": "配件", "isRepeating": True, "allowAddRemove": True,
    "components": [COLUMN],
}  # fmt: skip


def document(*components: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(form_bytes(*components))
    return found


def keys(doc: dict[str, Any]) -> list[str]:
    return [str(one.get("key") or one.get("path") or one["id"]) for one in doc["components"]]


def texts(doc: dict[str, Any], path: str) -> dict[str, str | None]:
    (row,) = (row for row in sheet_of(doc).every_row() if row.path == path)
    return {name: text for name, (_, text) in row.cells.items() if text}


def test_what_a_row_shows() -> None:
    doc = document(OK, WHY, PARTS)
    assert sheet_of(doc).title == "试验表单"
    assert texts(doc, "1") == {
        "label": "修好了吗", "key": "ok", "required": "true", "choices": "修好了 = yes\n没有 = no"
    }  # fmt: skip
    assert texts(doc, "2") == {
        "label": "原因", "key": "why", "hide": 'ok == "yes"', "required_when": 'ok == "no" and note != "ok"'
    }  # fmt: skip
    assert texts(doc, "3.0") == {"label": "序列号", "key": "serial"}


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*/*.form.json")), ids=lambda path: path.name)
def test_every_shipped_form_goes_through_the_table_unchanged(path: Any) -> None:
    content = path.read_bytes()
    found = read_sheet(content)
    assert found is not None
    doc, sheet = found
    typed = {row.path: {name: text or "" for name, (_, text) in row.cells.items()} for row in sheet.every_row()}
    assert all(text is not None for row in sheet.every_row() for _, text in row.cells.values())
    change(doc, typed, sheet.title)
    assert doc == json.loads(content)
    assert compile_form(write_document(doc)).title == sheet.title


def test_only_what_was_changed_is_written() -> None:
    doc = document(NOTE, OK)
    change(doc, {"1": {"label": "备注", "required": "true", "max_length": "300", "help": "一句话\r\n就够"}}, "新名称")
    assert doc["components"][0]["text"] == "# 新名称"
    assert doc["components"][1] == {
        **NOTE, "label": "备注", "validate": {"required": True, "maxLength": 300}, "description": "一句话\n就够"
    }  # fmt: skip
    change(doc, {"1": {"required": "", "max_length": "", "help": ""}})
    assert doc["components"][1] == {**NOTE, "label": "备注"}
    assert doc["components"][2] == OK


def test_what_cannot_be_read_stays_as_typed_for_the_check() -> None:
    doc = document(NOTE)
    change(doc, {"1": {"max_length": "viele"}})
    assert doc["components"][1]["validate"] == {"maxLength": "viele"}
    _, findings = partial_form(doc)
    assert [(one.code, one.element_id) for one in findings] == [("attribute_wrong", "note")]
    assert texts(doc, "1")["max_length"] == "viele"


def test_what_the_table_cannot_say_is_not_touched() -> None:
    odd = {**OK, "values": [{"label": "a", "value": "x", "colour": "red"}], "unknown": {"a": [1]}}
    doc = document(odd)
    (row,) = sheet_of(doc).rows
    assert row.cells["choices"][1] is None
    change(doc, {"1": {"choices": "b = y", "label": "好了吗"}})
    assert doc["components"][1] == {**odd, "label": "好了吗"}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("修好了 = yes\n\n 没有=no ", [("修好了", "yes"), ("没有", "no")]),
        ("修好了", [("修好了", "修好了")]),
        ("a = b = c", [("a = b", "c")]),
    ],
)
def test_choices_are_a_line_each(typed: str, stored: list[tuple[str, str]]) -> None:
    doc = document(OK)
    change(doc, {"1": {"choices": typed}})
    assert [(one["label"], one["value"]) for one in doc["components"][1]["values"]] == stored


def test_conditions_follow_a_key_and_words_in_quotes_do_not() -> None:
    doc = document(OK, NOTE, WHY)
    change(doc, {"1": {"key": "repaired"}, "3": {"hide": 'ok == "no"'}})
    assert doc["components"][3]["conditional"] == {"hide": '${repaired == "no"}'}
    assert doc["components"][3]["properties"] == {"requiredIf": '${repaired == "no" and note != "ok"}'}


def test_rows_move_are_copied_and_go() -> None:
    doc = document(NOTE, OK, PARTS)
    move(doc, "1", -1)  # never before the title
    assert keys(doc) == ["title", "note", "ok", "parts"]
    move(doc, "1", 1)
    move(doc, "3", 1)
    assert keys(doc) == ["title", "ok", "note", "parts"]
    duplicate(doc, "3")
    assert keys(doc) == ["title", "ok", "note", "parts", "parts_1"]
    assert doc["components"][4]["components"][0] == {**COLUMN, "id": "c_1", "key": "serial_1"}
    remove(doc, "1")
    remove(doc, "3.0")
    remove(doc, "9")
    remove(doc, "x")
    assert keys(doc) == ["title", "note", "parts", "parts_1"]
    assert doc["components"][3]["components"] == []


def test_what_is_added_passes_the_check() -> None:
    doc = document()
    for kind in KIND_WORDS:
        add(doc, kind, f"新的{kind}")
    add(doc, "number", "数量", str(1 + list(KIND_WORDS).index("rows")))
    form = compile_form(write_document(doc))
    assert [item.kind for item in form.layout.items] == list(KIND_WORDS)
    assert [column.kind for item in form.layout.items for column in item.columns] == ["textfield", "number"]
    assert set(KIND_WORDS) == set(KINDS)


@pytest.mark.parametrize("old", sorted(KINDS))
def test_any_kind_becomes_any_other_and_passes_the_check(old: str) -> None:
    for new in KINDS:
        doc = document()
        add(doc, old, "名称")
        change(doc, {"1": {"kind": new, "help": "怎么填"}})
        (item,) = compile_form(write_document(doc)).layout.items
        assert item.kind == new
        if KINDS[old].field and KINDS[new].field:
            assert (item.key, item.label) == ("field_1", "名称")


def test_the_preview_leaves_out_what_is_wrong_and_what_asks_for_it() -> None:
    asks = {**WHY, "properties": {}, "conditional": {"hide": "${late}"}}
    doc = document(NOTE, asks, {"type": "checkbox", "id": "l", "key": "late", "label": ""})
    form, findings = partial_form(doc)
    assert form is not None
    assert [item.key for item in form.layout.items] == ["note"]
    assert [one.code for one in findings] == ["label_missing", "condition_later_field"]
    assert partial_form({"components": []})[0] is None


def test_no_table_of_what_is_no_form() -> None:
    for content in (b"", b"[]", b'{"components": 1}', b'{"a": 1, "a": 2}', b"\xff"):
        assert read_sheet(content) is None


def test_every_cell_has_words() -> None:
    assert {cell for kind in KIND_WORDS for cell in sheet_cells(kind)} <= set(CELL_WORDS)


def sheet_cells(kind: str) -> set[str]:
    doc = document()
    add(doc, kind, "x")
    return set(sheet_of(doc).rows[0].cells)
