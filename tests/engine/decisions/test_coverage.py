"""Gaps, overlaps and rules that are never reached: found exactly, told with an example in words, within a bound."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from engine.decisions.evaluation import evaluate
from tests.engine.decisions.tables import codes, compiled, one, report


def words(content: bytes) -> list[tuple[str, str]]:
    return [(found.code, found.message_en) for found in report(content).findings]


def test_a_gap_is_told_with_an_example() -> None:
    rules = ["1 ; - => 1", "2 ; true => 2", "3 ; - => 3"]
    content = one(["level: integer = 1,2,3", "urgent: boolean"], ["x"], rules)
    assert words(content) == [("gap", "No rule for level = 2, urgent = false.")]
    assert report(content).findings[0].message_zh == "没有规则适用于：level = 2，urgent = false。"
    assert report(content).file is not None  # a gap does not refuse


@pytest.mark.parametrize(
    ("column", "rules", "examples"),
    [
        ("n", ["< 5 => 1", "> 5 => 2"], ["n = 5"]),
        ("n", ["[0..5] => 1"], ["n < 0", "n > 5"]),
        ("n", ["< 5 => 1", "[6..9] => 2", "> 9 => 3"], ["5 < n < 6", "n = 5"]),
        ("n: integer", ["< 5 => 1", "[5..8] => 2", ">= 9 => 3"], []),
        ("b: boolean", ["true => 1"], ["b = false"]),
        ("b", ["true => 1", "false => 2"], []),
        ("t: string", ['"a" => 1', '"b" => 2'], ["t is any other value"]),
        ('t: string = "a","b"', ['"a" => 1', '"b" => 2'], []),
        ("t", ['not("a") => 1'], ['t = "a"']),
        ("n", ["null => 1"], ["n is any other value"]),
        ("n", ["null => 1", "< 3 => 2", ">= 3 => 3"], []),
        ("n", ["not(null) => 1"], ["n is null"]),
        ("d: date", ['< date("2026-01-01") => 1'], ["d = 2026-01-01"]),
    ],
)
def test_gaps(column: str, rules: list[str], examples: list[str]) -> None:
    found = {text.removeprefix("No rule for ").removesuffix(".") for code, text in words(one([column], ["x"], rules))}
    assert found <= set(examples)
    assert bool(found) == bool(examples)


def test_an_overlap_refuses_unique_and_any_with_different_outputs() -> None:
    rules = ["[1..5] ; - => 1", "[5..9] ; true => 2"]
    content = one(["n", "b: boolean"], ["x"], rules)
    assert (
        "rules_overlap",
        "Rules 1 and 2 hit together (for instance n = 5, b = true), but the hit policy is UNIQUE.",
    ) in (words(content))
    assert report(content).file is None
    assert "rules_differ" in codes(one(["n", "b: boolean"], ["x"], rules, "ANY"))
    same = ["[1..5] ; - => 1", "[5..9] ; true => 1"]
    assert set(codes(one(["n", "b: boolean"], ["x"], same, "ANY"))) == {"gap"}
    for policy in ("FIRST", "COLLECT", "RULE ORDER"):
        assert "rules_overlap" not in codes(one(["n", "b: boolean"], ["x"], rules, policy))


def test_two_columns_that_ask_the_same_are_one() -> None:
    assert codes(one(["n", "n"], ["x"], ["> 0 ; < 5 => 1", "<= 0 ; - => 2", "- ; >= 5 => 3"])) == []


def test_an_expression_must_be_compared_with_one_kind() -> None:
    assert codes(one(["n = 1", "m"], ["x"], ['"a" ; 1 => 1'])) == ["column_mixed"]
    assert codes(one(["n", "n"], ["x"], ['"a" ; 1 => 1'])) == ["column_mixed"]


def test_no_gap_where_a_list_or_a_default_answers() -> None:
    assert codes(one(["n"], ["x"], ["> 5 => 1"], "COLLECT")) == []
    assert codes(one(["n"], ["x | 7"], ["> 5 => 1"])) == []


def test_rules_that_are_never_reached() -> None:
    rules = ["< 5 => 1", "[5..9] => 2", "[3..8] => 3", "> 9 => 4", "- => 5"]
    found = words(one(["n"], ["x"], rules, "FIRST"))
    assert found == [
        ("rule_unreachable", "Rule 3 is never reached: the rules before it take all its cases."),
        ("rule_unreachable", "Rule 5 is never reached: the rules before it take all its cases."),
    ]
    assert "rule_never" in codes(one(["n: integer = 1,2"], ["x"], ["1 => 1", "2 => 2", "3 => 3"]))


def test_what_is_not_examined_is_said() -> None:
    assert codes(one(["n"], ["x"], ["> limit => 1", "> 0 => 2"])) == ["not_examined_variable"]
    many = [
        ";".join(f"[{(i * 7 + j * 13) % 97}..{(i * 5 + j) % 90 + 97}]" for j in range(6)) + "=> 1" for i in range(300)
    ]
    assert codes(one([f"c{i}" for i in range(6)], ["x"], many, "FIRST"))[-1] == "not_examined_size"


def test_only_some_are_listed() -> None:
    found = codes(one(["n"], ["x"], ["> 0 => 1"] * 5))
    assert found.count("rules_overlap") == 5
    assert "more_overlaps" in found
    gaps = codes(one(["n", "m"], ["x"], [f"{i};{i} => 1" for i in range(9)]))
    assert (gaps.count("gap"), gaps.count("more_gaps")) == (5, 1)


def test_the_examination_agrees_with_trying_every_value() -> None:
    """200 random tables over small domains: a gap and an overlap are told if and only if some input shows one."""
    chance = random.Random(20261120)  # noqa: S311
    numbers = ["-", "1", "< 2", ">= 2", "[1..2]", "(1..3]", "not(1)", "1,3", "> 3"]
    texts = ["-", '"a"', '"b"', '"a","b"', 'not("a")']
    flags = ["-", "true", "false", "not(true)"]
    domain = [{"n": n, "t": t, "b": b} for n, t, b in itertools.product(range(6), "abc", (True, False))]
    inputs = ["n: integer = [0..5]", 't: string = "a","b","c"', "b: boolean"]
    seen: set[tuple[bool, bool]] = set()
    for _ in range(200):
        rules = [
            f"{chance.choice(numbers)};{chance.choice(texts)};{chance.choice(flags)} => {number}"
            for number in range(chance.randint(1, 6))
        ]
        collecting = compiled(one(inputs, ["x"], rules, "COLLECT"))
        hits: list[list[Any]] = [evaluate(collecting, data).outputs["x"] for data in domain]
        told = set(codes(one(inputs, ["x"], rules)))
        expected = any(len(hit) == 0 for hit in hits), any(len(hit) > 1 for hit in hits)
        assert ("gap" in told, "rules_overlap" in told) == expected, rules
        seen.add(expected)
        first = compiled(one(inputs, ["x"], rules, "FIRST"))
        reached = {evaluate(first, data).outputs["x"] for data in domain}
        lost = codes(one(inputs, ["x"], rules, "FIRST")).count("rule_unreachable")
        assert lost + codes(one(inputs, ["x"], rules, "FIRST")).count("rule_never") == len(rules) - len(
            reached - {None}
        )
    assert seen >= {(False, True), (True, False), (True, True)}
