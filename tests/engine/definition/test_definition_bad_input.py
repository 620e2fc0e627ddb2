"""Every kind of bad diagram that a publisher must refuse: exact codes and elements, both languages, all at once."""

from __future__ import annotations

import pytest

from tests.engine.definition.checking import found, report
from tests.engine.definition.drawings import drawing, element, end, exclusive, flow, start, sub, timer, user

LINE = ["s -> a -> e"]


def _line(*more: object, a: object = None, flows: list[object] | None = None) -> bytes:
    nodes = [start("s"), a or user("a", assignee="wang"), end("e"), *more]
    return drawing("p", nodes, flows or LINE)  # type: ignore[arg-type]


NAMELESS_SIGNAL = drawing(
    "p",
    [start("s"), user("a", assignee="wang"), element("endEvent", "e", "<signalEventDefinition/>")],
    LINE,
)
LINK = drawing(
    "p",
    [
        start("s"),
        element("intermediateThrowEvent", "away", '<linkEventDefinition name="l"/>'),
        element("intermediateCatchEvent", "back", '<linkEventDefinition name="l"/>'),
        end("e"),
    ],
    ["s -> away", "back -> e"],
)
TWO_STARTS = _line(start("again"), flows=["s -> a -> e", "again -> a"])
UNREACHABLE = _line(user("island", assignee="wang"), flows=["s -> a -> e", "island -> e"])
OPEN = drawing(
    "p",
    [start("s"), exclusive("g"), end("e"), end("f")],
    ["s -> g", flow("g", "e", "${open('x')}"), flow("g", "f", default=True)],
)
NEGATIVE = _line(timer("late", "a", "PT-1H"), end("f"), flows=["s -> a -> e", "late -> f"])
NEGATIVE_FIRST = _line(timer("late", "a", "-PT1H"), end("f"), flows=["s -> a -> e", "late -> f"])
DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE definitions [<!ENTITY x "y">]>' + _line()
MISLABELLED = b'<?xml version="1.0" encoding="GB2312"?>' + _line(a=user("a", "派单", assignee="wang"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(NAMELESS_SIGNAL, [("event_name_missing", "e")], id="signal without a name"),
        pytest.param(LINK, [("link_event", "away"), ("link_event", "back")], id="link"),
        pytest.param(TWO_STARTS, [("two_start_events", "again")], id="two starts"),
        pytest.param(UNREACHABLE, [("unreachable", "island")], id="unreachable"),
        pytest.param(OPEN, [("expression_invalid", "f_g_e")], id="open()"),
        pytest.param(NEGATIVE, [("timer_negative", "late")], id="PT-1H"),
        pytest.param(NEGATIVE_FIRST, [("timer_negative", "late")], id="-PT1H"),
        pytest.param(DOCTYPE, [("doctype", None)], id="doctype"),
        pytest.param(b"<a>" + b"x" * 2_000_000 + b"</a>", [("file_too_large", None)], id="2 MB"),
        pytest.param(MISLABELLED, [("encoding_mismatch", None)], id="GB2312 that is UTF-8"),
        pytest.param(b"", [("file_empty", None)], id="empty"),
    ],
)
def test_each_bad_file_of_the_product_goal(content: bytes, expected: list[tuple[str, str | None]]) -> None:
    assert found(content) == expected
    assert report(content).model is None
    assert report(content).refused


@pytest.mark.parametrize("encoding", ["GBK", "GB2312", "GB18030", "UTF-16", "UTF-8"])
def test_a_declared_and_true_encoding_is_accepted(encoding: str) -> None:
    nodes = [start("s"), user("a", "派单", assignee="wang"), end("e", "已归档")]
    result = report(drawing("p", nodes, LINE, name="故障抢修", encoding=encoding))
    assert result.findings == ()
    assert result.model is not None
    assert result.model.name == "故障抢修"
    assert result.model.elements["a"].name == "派单"


def test_all_findings_come_at_once_in_document_order() -> None:
    content = drawing(
        "p",
        [
            start("s"),
            start("again"),
            user("a", formKey="fc_respons"),
            timer("late", "a", "PT-1H"),
            sub("phase", [start("inner"), user("b", assignee="${open('x')}")], ["inner -> b"]),
            element("endEvent", "e", "<signalEventDefinition/>"),
            user("island", assignee="wang"),
        ],
        ["s -> a -> phase -> e", "island -> e"],
    )
    mislabelled = b'<?xml version="1.0" encoding="GBK"?>' + content.replace(b'name="p"', 'name="流程"'.encode())
    assert found(mislabelled) == [
        ("encoding_mismatch", None),
        ("two_start_events", "again"),
        ("no_way_on", "again"),
        ("unknown_form", "a"),
        ("nobody_assigned", "a"),
        ("boundary_without_outgoing", "late"),
        ("timer_negative", "late"),
        ("no_end_event", "phase"),
        ("no_way_on", "b"),
        ("expression_invalid", "b"),
        ("event_name_missing", "e"),
        ("unreachable", "island"),
    ]


def test_a_finding_says_where_and_what_in_both_languages() -> None:
    content = _line(a=user("a", "响应报修", assignee="wang", formKey="fc_respons"))
    (finding,) = report(content).findings
    assert finding.as_dict() == {
        "code": "unknown_form",
        "severity": "error",
        "element_id": "a",
        "element_name": "响应报修",
        "message_zh": "没有名为“fc_respons”的表单。是否想写“fc_respond”？",
        "message_en": "There is no form “fc_respons”. Did you mean “fc_respond”?",
        "help": "unknown_form",
    }


def test_the_language_explains_an_unknown_function() -> None:
    (finding,) = report(OPEN).findings
    assert finding.message_zh == "条件的表达式“${open('x')}”有误：没有名为“open”的函数（第3个字符）。"
    assert finding.message_en == (
        "The expression “${open('x')}” of the condition: There is no function “open” (character 3)."
    )


def test_a_remark_does_not_refuse() -> None:
    result = report(drawing("p", [start("s"), user("a"), end("e")], LINE, executable=None))
    assert [(one.code, one.severity) for one in result.findings] == [
        ("not_marked_executable", "remark"),
        ("nobody_assigned", "remark"),
    ]
    assert not result.refused
    assert result.errors == ()
    assert result.model is not None
