"""What a hostile decision file may try: code in cells, bombs of size and depth. All refused, in time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from engine.decisions.errors import CellFailed, DecisionsRefused
from engine.decisions.evaluation import evaluate
from tests.engine.decisions.tables import LANGUAGE, codes, compiled, decision, file, literal, made, one, report

WALKS = [
    "().__class__.__bases__[0].__subclasses__()",
    "__import__('os').system('id')",
    "n.__class__",
    "'{0.__class__}'.format(n)",
    "'%s' % n",
    "f'{n}'",
    "(lambda: 1)()",
    "[x for x in (1).__class__.__mro__]",
    "open('/etc/passwd')",
    "exec('1')",
    "eval('1')",
    "getattr(n, 'real')",
    "globals()",
    "9 ** 9 ** 9",
    "1 if __name__ else 2",
    "if __class__ then 1 else 2",
    "breakpoint()",
    "n := 5",
    "${__import__('os')}",
    "T(java.lang.Runtime).getRuntime().exec('id')",
    'n.getClass().forName("java.lang.Runtime")',
]


@pytest.mark.parametrize("attack", WALKS)
def test_code_in_any_place_is_a_finding(attack: str) -> None:
    carriers = [
        one([attack], ["x"], ["1 => 1"]),
        one(["n"], ["x"], [f"{attack} => 1"]),
        one(["n"], ["x"], [f"1 => {attack}"]),
        one([f"n = {attack}"], ["x"], ["1 => 1"]),
        one(["n"], [f"x | {attack}"], ["1 => 1"]),
        file(decision(literal(attack))),
    ]
    for content in carriers:
        found = report(content)
        assert found.file is None or _only_plain(content)


def _only_plain(content: bytes) -> bool:
    """A formatted text is no attack in itself: what it gives must be refused or plain."""
    try:
        found = evaluate(compiled(content), {"n": 1})
    except (CellFailed, DecisionsRefused):
        return True
    return all(type(value) in (type(None), int, str) for value in found.outputs.values())


BOMBS: dict[str, tuple[bytes, str]] = {
    "rules": (one(["n"], ["x"], ["1 => 1"] * 3_200), "too_many_rules"),
    "ten thousand rules": (one(["n"], ["x"], ["1=>1"] * 9_000), "too_many_elements"),
    "columns": (one([f"n{i}" for i in range(3_000)], ["x"], []), "too_many_columns"),
    "values": (one(["n"], ["x"], [",".join("1" * 999) + " => 1"] * 400), "too_many_values"),
    "digits": (one(["n"], ["x"], ["9" * 1_999 + " => 1"]), "cell_invalid"),
    "long cell": (one(["n"], ["x"], ['"' + "a" * 500_000 + '" => 1']), "cell_invalid"),
    "brackets": (file(decision(literal("(" * 1_900))), "decision_expression"),
    "nested not": (one(["n"], ["x"], ["not(" * 400 + "1" + ")" * 400 + " => 1"]), "cell_invalid"),
    "nested if": (file(decision(literal("if n then " * 150 + "1"))), "decision_expression"),
    "nested elements": (file("<decision id='x'>" * 90), "not_xml"),
    "deep elements": (file("<a>" * 150 + "</a>" * 150), "too_deep"),
    "findings": (file(*["<a/>"] * 15_000), "no_decision"),
    "many faults": (one(["n"], ["x"], [f"?{i} => ?" for i in range(1_000)]), "too_many_findings"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_in_time(name: str) -> None:
    content, code = BOMBS[name]
    before = time.process_time()
    assert code in codes(content)
    assert time.process_time() - before < 5  # a fifth of it is the figure


def test_a_diamond_of_requirements_is_made_once_each() -> None:
    """48 levels of two that both ask two: 2 to the 48th walks if anything were made or told twice."""
    decisions = [decision(literal("1"), f"{side}0", variable=f"v_{side}0") for side in "ab"]
    for level in range(1, 49):
        before = [f"a{level - 1}", f"b{level - 1}"]
        decisions += [decision(literal(f"v_a{level - 1}"), f"{s}{level}", before, f"v_{s}{level}") for s in "ab"]
    found = made(file(*decisions), "a48")
    assert (found.outputs, len(found.required)) == ({"v_a48": 1}, 96)
    assert len(found.as_fact()["required"]) == 96
    assert len(repr(compiled(file(*decisions), "a48"))) < 10_000


def test_all_cells_of_an_evaluation_share_one_budget() -> None:
    content = one(["n", "m"], ["x"], [f"{'n,' * 99}n ; - => sum([x for x in xs])" for _ in range(100)], "COLLECT")
    assert made(content, n=1, m=1, xs=[1]).outputs == {"x": [1] * 100}
    with pytest.raises(CellFailed, match="too many steps"):
        made(content, n=1, m=1, xs=[1] * 200)
    slow = file(decision(literal("sum([x for x in xs])")), decision(literal("d + sum([x for x in xs])"), "e", ["d"]))
    assert made(slow, "e", xs=[1] * 5_000).outputs == {"e": 10_000}
    with pytest.raises(CellFailed, match="too many steps"):
        made(slow, "e", xs=[1] * 9_000)


def test_data_that_is_not_plain_is_refused() -> None:
    class Evil(int):
        def __eq__(self, other: object) -> bool:
            raise AssertionError("code of the data was run")

        __hash__ = int.__hash__

    content = one(["n"], ["x"], ["1 => 1"])
    bad: list[Any] = [Evil(1), object(), 2**63, float("nan"), [[]] * 20_000, "x" * 100_001]
    for value in bad:
        with pytest.raises(CellFailed):
            made(content, n=value)


def test_long_values_are_cut_in_history_and_the_cut_is_seen() -> None:
    found = made(one(["n"], ["x"], ["- => n"]), n="长" * 5_000)
    assert found.outputs == {"x": "长" * 5_000}
    assert found.as_fact()["outputs"]["x"] == "长" * 200 + "… (5000)"
    nested = made(one(["n"], ["x"], ["- => n"]), n=[[[1] * 50] * 50, {"a": {"b": 1}}])
    assert nested.as_fact()["outputs"]["x"] == ["[…]", "{…}"]
    many = made(one(["n"], ["x"], ["- => n"]), n=list(range(100)))
    assert many.as_fact()["outputs"]["x"] == [*range(20), "… (+80)"]


def test_a_compiled_language_is_not_changed_by_what_it_met() -> None:
    before = [function.name for function in LANGUAGE.functions.all()]
    codes(one(["count = 5"], ["count"], ["1 => len"]))
    assert [function.name for function in LANGUAGE.functions.all()] == before
