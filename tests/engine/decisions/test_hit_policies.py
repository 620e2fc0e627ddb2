"""Every hit policy with its real meaning, the aggregators, defaults, and the four mappings of a result."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decisions.errors import CellFailed, MappingRefused, NotTheSame, NotUnique, TypeRefused, ValueRefused
from engine.decisions.mapping import map_result
from tests.engine.decisions.tables import made, numbers, one

LEVELS = ['> 10 => "high" ; 3', '> 5 => "middle" ; 2', '> 0 => "low" ; 1']
COLUMNS = ['word = "low","high","middle"', "weight"]


def test_unique_gives_the_one_rule_and_refuses_two() -> None:
    content = one(["n"], COLUMNS, LEVELS)
    found = made(content, n=3)
    assert (found.outputs, numbers(found), found.inputs) == ({"word": "low", "weight": 1}, [3], {"n": 3})
    with pytest.raises(NotUnique) as refused:
        made(content, n=7)
    assert refused.value.message("en") == "The decision “D” allows one rule to hit, but rules 2 and 3 do."
    assert refused.value.message("zh") == "决策“D”只允许命中一条规则，但规则 2、3 同时命中。"
    assert made(content, n=0).outputs == {"word": None, "weight": None}


def test_any_gives_the_common_outputs_and_refuses_different_ones() -> None:
    content = one(["n"], ["x"], ["> 10 => 1", "> 5 => 1.0", "> 0 => 2"], "ANY")
    assert made(content, n=1).outputs == {"x": 2}
    with pytest.raises(NotTheSame) as refused:
        made(content, n=11)
    assert "rules 1 and 3 " in refused.value.message("en")
    same = one(["n"], ["x"], ["> 10 => 1", "> 5 => 1"], "ANY")
    assert (made(same, n=20).outputs, numbers(made(same, n=20))) == ({"x": 1}, [1])
    mixed = one(["n"], ["x"], ["> 10 => 1", "> 5 => true"], "ANY")
    with pytest.raises(NotTheSame):
        made(mixed, n=20)


def test_first_gives_the_first_and_asks_no_rule_behind_it() -> None:
    content = one(["n"], ["x"], ["> 10 => 1", "> 5 => 2", "> missing => 3"], "FIRST")
    assert [made(content, n=n).outputs["x"] for n in (11, 6)] == [1, 2]
    with pytest.raises(CellFailed, match=r"rule 3, input column 1 “n”: There is no variable or field “missing”"):
        made(content, n=1)


def test_priority_goes_by_the_listed_outputs_not_by_the_rules() -> None:
    content = one(["n"], COLUMNS, LEVELS, "PRIORITY")
    assert [made(content, n=n).outputs["word"] for n in (1, 7, 11)] == ["low", "low", "low"]
    two = one(
        ["n"], ['word = "high","low"', "weight = 3,2,1"], ['> 0 => "low";3', '> 1 => "high";1', '> 2 => "high";2']
    )
    found = made(two.replace(b"UNIQUE", b"PRIORITY"), n=5)
    assert (found.outputs, numbers(found)) == ({"word": "high", "weight": 2}, [3])


def test_output_order_and_rule_order_give_lists() -> None:
    by_output = made(one(["n"], COLUMNS, LEVELS, "OUTPUT ORDER"), n=11)
    assert by_output.outputs == {"word": ["low", "high", "middle"], "weight": [1, 3, 2]}
    assert numbers(by_output) == [3, 1, 2]
    by_rule = made(one(["n"], COLUMNS, LEVELS, "RULE ORDER"), n=11)
    assert (by_rule.outputs["word"], numbers(by_rule)) == (["high", "middle", "low"], [1, 2, 3])
    assert made(one(["n"], COLUMNS, LEVELS, "RULE ORDER"), n=0).outputs == {"word": [], "weight": []}


def test_collect_gives_a_list_and_none_an_empty_one() -> None:
    content = one(["n"], ["x"], ["> 10 => 3", "> 5 => 2", "> 0 => 1"], "COLLECT")
    assert [made(content, n=n).outputs["x"] for n in (11, 6, 0)] == [[3, 2, 1], [2, 1], []]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("SUM", [6.5, 1.5, None]), ("MIN", [1.5, 1.5, None]), ("MAX", [3, 1.5, None]), ("COUNT", [4, 2, 0])],
)
def test_aggregators(name: str, expected: list[Any]) -> None:
    """Null outputs are left out, but counted as rows that hit; none at all: COUNT 0, the others null."""
    content = one(["n"], ["x"], ["> 10 => 3", "> 5 => 2", "> 0 => 1.5", "> 0 => null"], "COLLECT", name)
    found = [made(content, n=n) for n in (11, 3, 0)]
    assert [one_.outputs["x"] for one_ in found] == expected
    assert [numbers(one_) for one_ in found] == [[1, 2, 3, 4], [3, 4], []]


def test_what_cannot_be_added_or_compared_is_refused() -> None:
    texts = ['> 0 => "a"', '> 0 => "b"']
    with pytest.raises(CellFailed, match="“SUM” does not work with text"):
        made(one(["n"], ["x"], texts, "COLLECT", "SUM"), n=1)
    assert made(one(["n"], ["x"], texts, "COLLECT", "MIN"), n=1).outputs == {"x": "a"}
    with pytest.raises(CellFailed, match="does not work with"):
        made(one(["n"], ["x"], ['> 0 => "a"', "> 0 => 1"], "COLLECT", "MAX"), n=1)


def test_lengths_of_time_can_be_added() -> None:
    content = one(["n"], ["x"], ['> 0 => duration("PT1H")', '> 0 => duration("P1D")'], "COLLECT", "SUM")
    assert made(content, n=1).as_fact()["outputs"] == {"x": "PT90000S"}


def test_defaults_answer_when_no_rule_does() -> None:
    rules = ['> 10 => "high" ; 3']
    content = one(["n"], ['word: string | "none"', "weight"], rules)
    assert made(content, n=1).outputs == {"word": "none", "weight": None}
    assert numbers(made(content, n=1)) == []
    assert made(content, n=11).outputs == {"word": "high", "weight": 3}
    lists = one(["n"], ["x | n * 2"], ["> 10 => 1"], "COLLECT")
    assert made(lists, n=4).outputs == {"x": [8]}
    assert made(one(["n"], ["x | 9"], ["> 10 => 1"], "COLLECT", "SUM"), n=4).outputs == {"x": 9}
    assert made(one(["n"], ["x | 9"], ["> 10 => 1"], "COLLECT", "COUNT"), n=4).outputs == {"x": 0}


def test_a_table_without_inputs_always_hits() -> None:
    assert made(one([], ["x"], ["=> 5"])).outputs == {"x": 5}


def test_mappings() -> None:
    single = made(one(["n"], ["x"], ["> 0 => 5"]), n=1)
    several = made(one(["n"], ["x"], ["> 0 => 5", "> 0 => 6"], "COLLECT"), n=1)
    nothing = made(one(["n"], ["x"], ["> 0 => 5"]), n=0)
    wide = made(one(["n"], ["x", "y"], ["> 0 => 5;6"]), n=1)
    assert [map_result(single, name) for name in ("singleEntry", "singleResult", "collectEntries", "resultList")] == [
        5,
        {"x": 5},
        [5],
        [{"x": 5}],
    ]
    assert map_result(several, "collectEntries") == [5, 6]
    assert map_result(several, "resultList") == [{"x": 5}, {"x": 6}]
    assert [map_result(nothing, name) for name in ("singleEntry", "singleResult", "collectEntries", "resultList")] == [
        None,
        {"x": None},
        [],
        [],
    ]
    assert map_result(wide, "singleResult") == {"x": 5, "y": 6}
    for evaluation, name in ((several, "singleEntry"), (several, "singleResult"), (wide, "singleEntry")):
        with pytest.raises(MappingRefused):
            map_result(evaluation, name)
    with pytest.raises(MappingRefused):
        map_result(wide, "collectEntries")
    with pytest.raises(MappingRefused):
        map_result(single, "__class__")


def test_values_of_columns_are_held_to_their_types_and_lists() -> None:
    content = one(["n: integer = 1,2,3"], ["x: integer = 1,2"], ["1 => 1", "- => n"], "FIRST")
    with pytest.raises(ValueRefused, match="input column 1 “n”: the value “4” is not one of those allowed"):
        made(content, n=4)
    with pytest.raises(TypeRefused, match=r"the value “2\.5” is not of the type integer"):
        made(content, n=2.5)
    with pytest.raises(TypeRefused, match='the value “"1"” is not of the type integer'):
        made(content, n="1")
    with pytest.raises(ValueRefused, match="rule 2, output column 1 “x”: the value “3”"):
        made(content, n=3)
    assert made(content, n=None).outputs == {"x": None}
