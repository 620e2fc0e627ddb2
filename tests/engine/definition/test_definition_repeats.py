"""Multi-instances and loops: one way to say how often, names and expressions that can be read, figures bounded."""

from __future__ import annotations

import pytest

from tests.engine.definition.checking import found, model
from tests.engine.definition.drawings import Node, again, drawing, element, end, manual, several, start


def line(node: Node) -> bytes:
    return drawing("p", [start("s"), node, end("e")], [f"s -> {node.id} -> e"])


def codes(node: Node) -> list[str]:
    assert all(where == "x" for _, where in found(line(node)))
    return [code for code, _ in found(line(node))]


def part(kind: str, inner: str = "", **attributes: str) -> Node:
    written = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return element("manualTask", "x", f"<{kind} {written}>{inner}</{kind}>")


SEVERAL, LOOP = "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"


@pytest.mark.parametrize("collection", ["items", "${items}", "ticket.devices", "${[1, 2]}", "设备"])
def test_a_collection_is_a_name_or_an_expression(collection: str) -> None:
    node = several(manual("x"), collection=collection, item="item")
    assert codes(node) == []
    read = model(line(node)).elements["x"].repeat
    assert read is not None
    assert (read.kind, read.collection, read.cardinality, read.item) == ("parallel", collection, None, "item")


def test_the_standard_way_to_write_a_collection() -> None:
    inner = '<loopDataInputRef>items</loopDataInputRef><inputDataItem id="i" name="one"/>'
    inner += '<loopDataOutputRef>all</loopDataOutputRef><outputDataItem id="o" name="result"/>'
    inner += "<completionCondition>${nrOfCompletedInstances == 2}</completionCondition>"
    node = part(SEVERAL, inner, isSequential="true")
    assert codes(node) == []
    read = model(line(node)).elements["x"].repeat
    assert read is not None
    assert (read.kind, read.collection, read.item) == ("sequential", "items", "one")
    assert (read.results, read.result, read.until) == ("all", "result", "${nrOfCompletedInstances == 2}")


@pytest.mark.parametrize("cardinality", ["3", "${n}", "n + 1"])
def test_a_cardinality_is_a_number_or_an_expression(cardinality: str) -> None:
    assert codes(several(manual("x"), cardinality=cardinality)) == []


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (part(SEVERAL), ["runs_unknown"]),
        (several(manual("x"), collection="items", cardinality="3"), ["runs_unknown"]),
        (again(several(manual("x"), cardinality="2"), maximum="2"), ["repeats_twice"]),
        (several(several(manual("x"), cardinality="2"), cardinality="2"), ["repeats_twice"]),
        (several(manual("x"), cardinality="${open('f')}"), ["expression_invalid"]),
        (several(manual("x"), collection="my items"), ["expression_invalid"]),
        (several(manual("x"), cardinality="2", until="${"), ["expression_invalid"]),
        (several(manual("x"), cardinality="2", results="all"), ["results_incomplete"]),
        (several(manual("x"), cardinality="2", result="one"), ["results_incomplete"]),
        (several(manual("x"), cardinality="2", results="1all", result="one"), ["variable_name"]),
        (several(manual("x"), collection="items", item="my item"), ["variable_name"]),
        (several(manual("x"), collection="items", item="loopCounter"), ["run_variable"]),
        (several(manual("x"), cardinality="2", results="nrOfInstances", result="one"), ["run_variable"]),
        (part(SEVERAL, "<loopCardinality>2</loopCardinality>", isSequential="1"), ["attribute_value"]),
        (part(SEVERAL, "<loopCardinality>2</loopCardinality>", behavior="One"), ["attribute_value"]),
        (part(SEVERAL, '<loopCardinality language="groovy">2</loopCardinality>'), ["script_language"]),
        (part(SEVERAL, "<loopCardinality>2</loopCardinality><dataInput/>"), ["element_not_in_profile"]),
        (part(LOOP), ["loop_endless"]),
        (part(LOOP, loopMaximum="0"), ["loop_maximum"]),
        (part(LOOP, loopMaximum="501"), ["loop_maximum"]),
        (part(LOOP, loopMaximum="-1"), ["loop_maximum"]),
        (part(LOOP, loopMaximum="１０"), ["loop_maximum"]),
        (part(LOOP, loopMaximum="99999999"), ["loop_maximum"]),
        (part(LOOP, loopMaximum="${n}"), ["loop_maximum"]),
        (again(manual("x"), while_="again +"), ["expression_invalid"]),
        (part(LOOP, loopMaximum="2", testBefore="yes"), ["attribute_value"]),
        (again(manual("x"), maximum="500"), []),
        (again(manual("x"), while_="${again}"), []),
    ],
)
def test_what_is_amiss_is_told_at_the_activity(node: Node, expected: list[str]) -> None:
    assert codes(node) == expected


def test_an_extension_that_would_change_the_runs() -> None:
    node = part(SEVERAL, "<loopCardinality>2</loopCardinality>", **{"camunda:asyncBefore": "true"})
    assert codes(node) == ["unsupported_attribute"]
