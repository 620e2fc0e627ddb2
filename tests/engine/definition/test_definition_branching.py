"""Conditions and defaults, and the small rewrites that put in a gateway where the drawing implies one."""

from __future__ import annotations

import pytest

from tests.engine.definition.checking import flows, found, model
from tests.engine.definition.drawings import (
    Flow,
    drawing,
    element,
    end,
    exclusive,
    flow,
    manual,
    parallel,
    start,
    sub,
    timer,
)

S, A, B, C, E = start("s"), manual("a"), manual("b"), manual("c"), end("e")
G = exclusive("g")
TAG = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def test_a_branch_of_an_exclusive_gateway_has_a_condition_or_is_the_default() -> None:
    nodes = [S, G, A, B, E]
    ways: list[str | Flow] = ["a -> e", "b -> e", "s -> g"]
    assert found(drawing("p", nodes, [*ways, flow("g", "a", "${x}"), flow("g", "b")])) == [
        ("missing_condition", "f_g_b")
    ]
    assert found(drawing("p", nodes, [*ways, flow("g", "a"), flow("g", "b")])) == [
        ("missing_condition", "f_g_a"),
        ("missing_condition", "f_g_b"),
    ]
    assert found(drawing("p", nodes, [*ways, flow("g", "a", "${x}"), flow("g", "b", "  ")])) == [
        ("missing_condition", "f_g_b")
    ]


def test_without_a_default_it_is_a_remark() -> None:
    content = drawing("p", [S, G, A, E], ["s -> g", "a -> e", flow("g", "a", "${x}"), flow("g", "e", "${!x}")])
    assert found(content) == [("no_default_flow", "g")]
    assert model(content).key == "p"


def test_a_merge_needs_no_condition() -> None:
    content = drawing("p", [S, G, A, E], ["s -> g -> a -> e"])
    assert found(content) == []


def test_a_default_that_does_not_leave_from_here() -> None:
    gateway = element("exclusiveGateway", "g", default="f_a_e")
    content = drawing("p", [S, gateway, A, E], ["s -> g", "a -> e", flow("g", "a", "${x}"), flow("g", "e", "${y}")])
    assert found(content) == [("default_not_found", "g")]


def test_a_default_has_no_condition() -> None:
    content = drawing(
        "p", [S, G, A, E], ["s -> g", "a -> e", flow("g", "a", "${x}"), flow("g", "e", "${y}", default=True)]
    )
    assert found(content) == [("condition_on_default", "f_g_e")]


@pytest.mark.parametrize("source", ["s", "fork", "late"])
def test_conditions_elsewhere(source: str) -> None:
    nodes = [S, A, parallel("fork"), timer("late", "a", "PT1H"), B, E]
    ways: list[str | Flow] = ["s -> a -> fork -> e", "late -> e", "b -> e", flow(source, "b", "${x}")]
    assert ("condition_not_here", f"f_{source}_b") in found(drawing("p", nodes, ways))


def test_one_condition_against_a_default_becomes_a_gateway() -> None:
    ways: list[str | Flow] = ["s -> a", flow("a", "b", "${x > 1}"), flow("a", "c", default=True), "b -> e", "c -> e"]
    process = model(drawing("p", [S, A, B, C, E], ways, lanes={"值班": ["a"]}))
    assert flows(process) == {
        "f_s_a": ("s", "a"),
        "a__a__choice": ("a", "a__choice"),
        "f_a_b": ("a__choice", "b"),
        "f_a_c": ("a__choice", "c"),
        "f_b_e": ("b", "e"),
        "f_c_e": ("c", "e"),
    }
    gateway = process.tree.find(f".//{TAG}exclusiveGateway")
    assert (gateway.get("id"), gateway.get("default")) == ("a__choice", "f_a_c")
    assert process.tree.find(f".//{TAG}manualTask[@id='a']").get("default") is None
    inserted = process.elements["a__choice"]
    assert (inserted.kind, inserted.scope, inserted.lane, inserted.name) == ("exclusiveGateway", "p", "值班", "")


@pytest.mark.parametrize(
    "ways",
    [
        [flow("a", "b", "${x}"), flow("a", "c", "${y}")],
        [flow("a", "b", "${x}"), flow("a", "c")],
        [flow("a", "b", default=True), flow("a", "c")],
        [flow("a", "b", "${x}"), flow("a", "c", default=True), flow("a", "e")],
        [flow("a", "b", "${x}"), flow("a", "c", "${y}"), flow("a", "e", default=True)],
    ],
)
def test_other_conditions_out_of_a_task_are_ambiguous(ways: list[str | Flow]) -> None:
    content = drawing("p", [S, A, B, C, E], ["s -> a", *ways, "b -> e", "c -> e"])
    assert found(content) == [("conditional_flow_out_of_task", "a")]


def test_a_single_conditional_flow_out_of_a_task() -> None:
    assert found(drawing("p", [S, A, E], ["s -> a", flow("a", "e", "${x}")])) == [("conditional_flow_out_of_task", "a")]


def test_several_flows_out_of_a_node_are_a_parallel_split() -> None:
    process = model(drawing("p", [S, A, B, E], ["s -> a", "s -> b", "a -> e", "b -> e"]))
    assert flows(process) == {
        "f_s_a": ("s__split", "a"),
        "f_s_b": ("s__split", "b"),
        "f_a_e": ("a", "e"),
        "f_b_e": ("b", "e"),
        "s__s__split": ("s", "s__split"),
    }
    assert process.elements["s__split"].kind == "parallelGateway"


def test_several_flows_into_a_task_are_a_merge() -> None:
    ways: list[str | Flow] = ["s -> g -> c -> e", flow("g", "a", "${x}"), "a -> c"]
    content = drawing("p", [S, G, A, C, E], ways).replace(b'id="g"', b'id="g" default="f_g_c"')
    process = model(content)
    assert process.elements["c__merge"].kind == "exclusiveGateway"
    assert flows(process)["f_g_c"] == ("g", "c__merge")
    assert flows(process)["f_a_c"] == ("a", "c__merge")
    assert flows(process)["c__merge__c"] == ("c__merge", "c")


def test_a_loop_of_a_task_onto_itself_gets_both() -> None:
    process = model(drawing("p", [S, A, E], ["s -> a -> e", "a -> a"]))
    assert flows(process) == {
        "f_s_a": ("s", "a__merge"),
        "f_a_a": ("a__split", "a__merge"),
        "f_a_e": ("a__split", "e"),
        "a__merge__a": ("a__merge", "a"),
        "a__a__split": ("a", "a__split"),
    }


def test_inserted_ids_never_clash() -> None:
    nodes = [S, A, manual("a__split"), manual("a__split_2"), E]
    process = model(drawing("p", nodes, ["s -> a -> a__split -> e", "a -> a__split_2 -> e"]))
    assert process.elements["a__split"].kind == "manualTask"
    assert process.elements["a__split_3"].kind == "parallelGateway"


def test_the_rewrite_is_the_same_every_time() -> None:
    content = drawing("p", [S, A, B, C, E], ["s -> a -> b -> e", "a -> c -> e", "c -> b"])
    assert flows(model(content)) == flows(model(content))


def test_gateways_are_inserted_in_the_level_of_the_task() -> None:
    inner = sub("phase", [start("s2"), B, C, end("e2")], ["s2 -> b -> e2", "b -> c -> e2"])
    process = model(drawing("p", [S, inner, E], ["s -> phase -> e"]))
    assert process.elements["b__split"].scope == "phase"
    assert process.tree.find(f".//{TAG}subProcess/{TAG}parallelGateway").get("id") == "b__split"
    assert process.around("b__split") == ["phase", "p"]
