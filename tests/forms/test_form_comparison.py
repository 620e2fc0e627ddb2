"""Two versions of a form in words: each kind of difference is told once, in both languages."""

from __future__ import annotations

import pytest

from forms.comparison import compare
from tests.forms.small_forms import form_bytes
from tests.forms.test_form_editing import CHOICES, COLUMN, NOTE, OK, PARTS, WHY

BASE = form_bytes(NOTE, OK, WHY, PARTS)


def told(new: bytes, old: bytes = BASE) -> list[tuple[str, str | None, str | None, str]]:
    return [(one.how, one.element_name, one.what, one.zh) for one in compare(old, new)]


def test_nothing_differs_but_how_it_is_written() -> None:
    assert compare(BASE, BASE) == ()
    assert compare(BASE, BASE.replace(b", ", b",\n  ")) == ()


def test_fields_come_and_go() -> None:
    assert told(form_bytes(OK, WHY, PARTS, {**NOTE, "id": "x", "key": "extra", "label": "补充"})) == [
        ("added", "补充", None, "新增字段“补充”（多行文字）。"),
        ("removed", "说明", None, "删除字段“说明”（多行文字）。"),
    ]


@pytest.mark.parametrize(
    ("changed", "what", "zh", "en"),
    [
        ({"label": "备注"}, "label", "“备注”的名称：“说明” → “备注”。", "Label of “备注”: “说明” → “备注”."),
        ({"key": "remark"}, "key", "“说明”的字段名：“note” → “remark”。", "Key of “说明”: “note” → “remark”."),
        (
            {"type": "textfield"}, "kind",
            "“说明”的类型：“多行文字” → “一行文字”。", "Type of “说明”: “long text” → “short text”.",
        ),
        (
            {"validate": {"required": True}}, "required",
            "“说明”的必填：“否” → “是”。", "Required of “说明”: “no” → “yes”.",
        ),
        ({"readonly": True}, "read_only", "“说明”的只读：“否” → “是”。", "Read-only of “说明”: “no” → “yes”."),
        ({"description": "写清楚"}, "help", "“说明”的提示：无 → “写清楚”。", "Hint of “说明”: none → “写清楚”."),
        (
            {"conditional": {"hide": "${not ok}"}}, "hide",
            "“说明”的隐藏条件：无 → “not ok”。", "Condition for hiding of “说明”: none → “not ok”.",
        ),
        (
            {"validate": {"maxLength": 9}}, "max_length",
            "“说明”的最多字数：无 → “9”。", "Most characters of “说明”: none → “9”.",
        ),
    ],
)  # fmt: skip
def test_what_of_a_field_has_changed(changed: dict[str, object], what: str, zh: str, en: str) -> None:
    (one,) = compare(form_bytes(NOTE, OK), form_bytes({**NOTE, **changed}, OK))
    assert (one.how, one.what, one.zh, one.en) == ("changed", what, zh, en)
    assert one.element_id == "n"


def test_choices_and_columns() -> None:
    more = {**OK, "values": [*CHOICES, {"label": "部分", "value": "part"}]}
    both = "修好了 = yes / 没有 = no"
    column = {**COLUMN, "label": "新序列号"}
    assert told(form_bytes(NOTE, more, WHY, {**PARTS, "components": [column]})) == [
        ("changed", "修好了吗", "choices", f"“修好了吗”的选项：“{both}” → “{both} / 部分 = part”。"),
        ("changed", "新序列号", "label", "“新序列号”的名称：“序列号” → “新序列号”。"),
    ]  # fmt: skip


def test_as_few_moves_as_explain_the_order_and_last() -> None:
    assert told(form_bytes(OK, WHY, PARTS, {**NOTE, "label": "备注"})) == [
        ("changed", "备注", "label", "“备注”的名称：“说明” → “备注”。"),
        ("moved", "备注", None, "移动字段“备注”。"),
    ]


def test_another_id_and_the_same_key_is_the_same_field() -> None:
    assert told(form_bytes({**NOTE, "id": "other", "label": "备注"}, OK, WHY, PARTS)) == [
        ("changed", "备注", "label", "“备注”的名称：“说明” → “备注”。")
    ]


def test_the_form_itself_and_what_the_table_cannot_say() -> None:
    (title, key) = compare(BASE, BASE.replace("试验表单".encode(), "复核".encode()).replace(b'"trial"', b'"recheck"'))
    assert (title.zh, key.zh) == ("表单名称：“试验表单” → “复核”。", "表单标识：“trial” → “recheck”。")
    (other,) = compare(form_bytes(NOTE), form_bytes({**NOTE, "layout": {"row": "r2"}}))
    assert (other.what, other.zh) == ("other", "“说明”的其他属性有改动。")


def test_what_cannot_be_read_differs_as_a_whole() -> None:
    (one,) = compare(b"{", BASE)
    assert (one.element_id, one.how, one.zh) == (None, "changed", "文件内容不同，无法逐项比较。")
    assert compare(b"{", b"{") == ()
