"""Call activities: a process by its key, and what goes in and comes back."""

from __future__ import annotations

import pytest

from tests.engine.definition.checking import found, model
from tests.engine.definition.drawings import Node, call, drawing, element, end, start


def line(node: Node) -> bytes:
    return drawing("p", [start("s"), node, end("e")], ["s -> x -> e"])


def codes(node: Node) -> list[str]:
    assert all(where == "x" for _, where in found(line(node)))
    return [code for code, _ in found(line(node))]


def test_what_is_passed_is_read() -> None:
    inner = '<camunda:in source="order" target="no"/><camunda:in sourceExpression="${n + 1}" target="next"/>'
    inner += '<camunda:in variables="all"/><camunda:out source="verdict" target="result"/>'
    node = call("x", "delay_approval", inner)
    assert codes(node) == []
    read = model(line(node)).elements["x"]
    assert read.calls == "delay_approval"
    assert read.inputs == {"no": "${order}", "next": "${n + 1}"}
    assert read.outputs == {"result": "${verdict}"}
    assert (read.passes_all, read.returns_all) == (True, False)


def test_nothing_need_be_passed() -> None:
    assert codes(call("x", "other")) == []
    read = model(line(call("x", "other"))).elements["x"]
    assert (read.inputs, read.outputs, read.passes_all, read.returns_all) == ({}, {}, False, False)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (element("callActivity", "x"), ["called_process_missing"]),
        (call("x", " "), ["called_process_missing"]),
        (call("x", "${which}"), ["called_process_expression"]),
        (element("callActivity", "x", calledElement="o", **{"camunda:calledElementBinding": "latest"}), []),
        (
            element("callActivity", "x", calledElement="o", **{"camunda:calledElementBinding": "version"}),
            ["attribute_value"],
        ),
        (
            element("callActivity", "x", calledElement="o", **{"camunda:calledElementVersion": "3"}),
            ["unsupported_attribute"],
        ),
        (element("callActivity", "x", **{"camunda:caseRef": "o"}), ["called_process_missing", "unsupported_attribute"]),
    ],
)
def test_the_called_process(node: Node, expected: list[str]) -> None:
    assert sorted(codes(node)) == expected


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        ('source="a"', ["passed_incomplete"]),
        ('target="a"', ["passed_incomplete"]),
        ("", ["passed_incomplete"]),
        ('source="" target="a"', ["passed_incomplete"]),
        ('source="a" sourceExpression="${a}" target="b"', ["passed_incomplete"]),
        ('variables="all" source="a" target="b"', ["passed_incomplete"]),
        ('variables="some"', ["attribute_value"]),
        ('source="a" target="b" local="true"', ["unsupported_attribute"]),
        ('variables="all" local="true"', ["unsupported_attribute"]),
        ('businessKey="#{execution.processBusinessKey}"', ["unsupported_attribute"]),
        ('source="a b" target="c"', ["expression_invalid"]),
        ('sourceExpression="${open(1)}" target="c"', ["expression_invalid"]),
        ('source="a" target="b c"', ["variable_name"]),
    ],
)
@pytest.mark.parametrize("way", ["in", "out"])
def test_what_is_passed_is_whole(way: str, passed: str, expected: list[str]) -> None:
    assert codes(call("x", "other", f"<camunda:{way} {passed}/>")) == expected


@pytest.mark.parametrize("way", ["in", "out"])
def test_a_target_is_written_once(way: str) -> None:
    twice = f'<camunda:{way} source="a" target="c"/><camunda:{way} source="b" target="c"/>'
    assert codes(call("x", "other", twice)) == ["passed_twice"]


def test_other_extensions_of_a_call() -> None:
    inner = "<camunda:inputOutput/>"
    assert codes(call("x", "other", inner)) == ["unsupported_extension"]
