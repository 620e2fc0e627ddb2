"""Expressions, times and references: compiled or looked up when a diagram is checked, not when a case gets there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.definition.checking import found, model, report
from tests.engine.definition.drawings import (
    Flow,
    Node,
    drawing,
    element,
    end,
    exclusive,
    flow,
    manual,
    script,
    service,
    start,
    timer,
    user,
)


def _of(node: Node, properties: dict[str, str] | None = None) -> bytes:
    return drawing("p", [start("s"), node, end("e")], [f"s -> {node.id} -> e"], properties=properties)


def _timed(text: str, kind: str = "timeDuration") -> bytes:
    nodes = [start("s"), manual("a"), timer("t", "a", text, kind=kind), end("e")]
    return drawing("p", nodes, ["s -> a -> e", "t -> e"])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "PT4H"),
        ("timeDuration", " PT4H\n"),
        ("timeDuration", "P1DT2H30M"),
        ("timeDuration", "${sla.limit('respond')}"),
        ("timeDate", "2026-03-01T08:00:00+08:00"),
        ("timeDate", "${sla.next_breach()}"),
        ("timeCycle", "R3/PT10M"),
    ],
)
def test_times_that_pass(kind: str, text: str) -> None:
    assert found(_timed(text, kind)) == []
    assert model(_timed(text, kind)).elements["t"].timer is not None


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("timeDuration", "PT-1H", "timer_negative"),
        ("timeDuration", "-PT1H", "timer_negative"),
        ("timeCycle", "R3/-PT10M", "timer_negative"),
        ("timeDuration", "4 hours", "timer_invalid"),
        ("timeDuration", "P", "timer_invalid"),
        ("timeDuration", "PT0S", "timer_invalid"),
        ("timeDuration", "P99999Y", "timer_invalid"),
        ("timeDuration", "2026-03-01T08:00:00Z", "timer_invalid"),
        ("timeDate", "PT4H", "timer_invalid"),
        ("timeDate", "2026-02-30T08:00:00Z", "timer_invalid"),
        ("timeCycle", "0 8 * * *", "timer_invalid"),
        ("timeCycle", "R/PT0S", "timer_invalid"),
        ("timeDuration", "${open('x')}", "expression_invalid"),
        ("timeDuration", "${", "expression_invalid"),
        ("timeDuration", "  ", "timer_missing"),
    ],
)
def test_times_that_do_not(kind: str, text: str, code: str) -> None:
    assert found(_timed(text, kind)) == [(code, "t")]


@pytest.mark.parametrize("inner", ["", "<timeDate>2026-03-01T08:00:00Z</timeDate><timeDuration>PT1H</timeDuration>"])
def test_a_timer_has_exactly_one_time(inner: str) -> None:
    late = element("boundaryEvent", "t", f"<timerEventDefinition>{inner}</timerEventDefinition>", attachedToRef="a")
    content = drawing("p", [start("s"), manual("a"), late, end("e")], ["s -> a -> e", "t -> e"])
    assert found(content) == [("timer_missing", "t")]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"dueDate": "PT4H", "priority": "0"}, []),
        ({"dueDate": "${sla.next_warn()}", "priority": "${urgent}"}, []),
        ({"dueDate": "2026-03-01T08:00:00+08:00", "priority": "100"}, []),
        ({"dueDate": "tomorrow"}, ["due_date_invalid"]),
        ({"dueDate": "PT-4H"}, ["due_date_invalid"]),
        ({"dueDate": "${open('x')}"}, ["expression_invalid"]),
        ({"priority": "high"}, ["priority_invalid"]),
        ({"priority": "101"}, ["priority_invalid"]),
        ({"priority": "-1"}, ["priority_invalid"]),
        ({"priority": "9" * 5_000}, ["priority_invalid"]),
        ({"assignee": "${open('x')}"}, ["expression_invalid"]),
        ({"candidateUsers": "${a.b.}"}, ["expression_invalid"]),
        ({"candidateGroups": "${import os}"}, ["expression_invalid"]),
        ({"candidateGroups": "dispatcher, field_engineer"}, []),
        ({"candidateGroups": "dispatchers,nobody"}, ["unknown_group", "unknown_group"]),
        ({"formKey": "fc_arive"}, ["unknown_form"]),
        ({"formKey": "${form}"}, ["unknown_form"]),
    ],
)
def test_user_tasks(attributes: dict[str, Any], expected: list[str]) -> None:
    content = _of(user("a", **{"assignee": "wang", **attributes}))
    assert found(content) == [(code, "a") for code in expected]


def test_somebody_must_find_the_task() -> None:
    assert found(_of(user("a"))) == [("nobody_assigned", "a")]
    in_lane = drawing("p", [start("s"), user("a"), end("e")], ["s -> a -> e"], lanes={"值班": ["a"]})
    assert found(in_lane) == []
    assert found(_of(user("a", assignee="wang"))) == []
    assert found(_of(user("a", candidateUsers="wang"))) == []
    assert found(_of(user("a", candidateGroups="dispatcher"))) == []


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"level": "red"}, []),
        ({"level": "${light}", "count": "3", "loud": "true"}, []),
        ({"level": "red", "count": "${n + 1}", "loud": "${n > 1}"}, []),
        ({}, ["missing_parameter"]),
        ({"level": ""}, ["missing_parameter"]),
        ({"levl": "red"}, ["unknown_parameter", "missing_parameter"]),
        ({"level": "red", "count": "three"}, ["parameter_type"]),
        ({"level": "red", "loud": "yes"}, ["parameter_type"]),
        ({"level": "${open('x')}"}, ["expression_invalid"]),
    ],
)
def test_parameters_of_a_service(inputs: dict[str, str], expected: list[str]) -> None:
    assert found(_of(service("a", "sla.record", inputs=inputs))) == [(code, "a") for code in expected]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (service("a", "sla.recrod", inputs={"level": "red"}), "unknown_service"),
        (element("serviceTask", "a"), "service_missing"),
        (element("serviceTask", "a", **{"camunda:topic": "sla.record"}), "service_missing"),
        (service("a", "sla.record", inputs={"level": "x"}, outputs={"_x": "${result}"}), "variable_name"),
        (service("a", "sla.record", inputs={"level": "x"}, outputs={"a b": "${result}"}), "variable_name"),
        (service("a", "sla.record", inputs={"level": "x"}, outputs={"a.b": "${result}"}), "variable_name"),
        (service("a", "sla.record", inputs={"level": "x"}, outputs={"and": "${result}"}), "variable_name"),
        (service("a", "sla.record", inputs={"level": "x"}, outputs={"x": "${exec('y')}"}), "expression_invalid"),
        (service("a", "sla.record", inputs={"level": "x"}, resultVariable="1x"), "variable_name"),
        (script("a", "x = open('y')"), "script_invalid"),
        (script("a", "import os"), "script_invalid"),
        (script("a", "  "), "script_missing"),
        (element("scriptTask", "a"), "script_missing"),
        (element("scriptTask", "a", "<script>x = 1</script>", scriptFormat="groovy"), "script_language"),
        (element("scriptTask", "a", "<script>x = 1</script>", scriptFormat="python"), "script_language"),
    ],
)
def test_services_and_scripts(node: Node, expected: str) -> None:
    assert found(_of(node)) == [(expected, "a")]


def test_our_own_script_language() -> None:
    assert found(_of(element("scriptTask", "a", "<script>x = 1</script>", scriptFormat="signalbox"))) == []


def test_a_condition_in_another_language() -> None:
    ways: list[str | Flow] = ["s -> g", flow("g", "e", "${x}"), flow("g", "f", default=True)]
    content = drawing("p", [start("s"), exclusive("g"), end("e"), end("f")], ways)
    content = content.replace(b'xsi:type="tFormalExpression"', b'language="groovy"')
    assert found(content) == [("script_language", "f_g_e")]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"sla.start": "respond", "sla.from": "${ticket.reported_at}", "colour": "red"}, []),
        ({"sla.strat": "respond"}, ["unknown_property"]),
        ({"sla": "respond"}, ["unknown_property"]),
        ({"sla.from": "${open('x')}"}, ["expression_invalid"]),
        ({"separate_from": "a"}, []),
        ({"separate_from": "gone"}, ["unknown_separate_from"]),
        ({"separate_from": "s"}, ["unknown_separate_from"]),
    ],
)
def test_properties(properties: dict[str, str], expected: list[str]) -> None:
    content = _of(user("a", assignee="wang", properties=properties))
    assert found(content) == [(code, "a") for code in expected]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"case.kind": "work_order", "fields": "level,点位"}, []),
        ({"case.kind": "work_oder"}, ["unknown_case_kind"]),
        ({"case.kind": ""}, ["unknown_case_kind"]),
        ({"fields": "level,in"}, ["variable_name"]),
        ({"case.title": "${open('x')}"}, ["expression_invalid"]),
    ],
)
def test_properties_of_the_process(properties: dict[str, str], expected: list[str]) -> None:
    assert found(_of(manual("a"), properties)) == [(code, "p") for code in expected]


@pytest.mark.parametrize(
    ("node", "hint"),
    [
        (service("a", "sla.recrod", inputs={"level": "red"}), "sla.record"),
        (service("a", "sla.record", inputs={"level": "red", "loudd": "true"}), "loud"),
        (user("a", assignee="wang", formKey="fc_arive"), "fc_arrive"),
        (user("a", candidateGroups="dispather"), "dispatcher"),
        (user("a", assignee="wang", properties={"sla.strat": "x"}), "sla.start"),
    ],
)
def test_the_nearest_known_name_is_offered(node: Node, hint: str) -> None:
    (finding,) = report(_of(node)).findings
    assert finding.message_zh.endswith(f"是否想写“{hint}”？")
    assert finding.message_en.endswith(f" Did you mean “{hint}”?")
