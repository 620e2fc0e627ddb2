"""Changes of decision files, told by table, rule and cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions.comparison import aligned, compare_decisions
from tests.engine.decisions.tables import decision, file, literal, one, table

INPUTS, OUTPUTS = ["level: number", "kind: string"], ["minutes: number"]
RULES = ["1 ; - => 15", '2 ; "camera" => 30', "- ; - => 60"]
OLD = one(INPUTS, OUTPUTS, RULES, "FIRST")
SHIPPED = sorted(Path("bpmn/packs").glob("*/*.dmn"))


def told(new: bytes, old: bytes = OLD) -> list[tuple[str, str]]:
    return [(change.zh, change.en) for change in compare_decisions(old, new)]


def first(rules: list[str], inputs: list[str] = INPUTS, outputs: list[str] = OUTPUTS, policy: str = "FIRST") -> bytes:
    return one(inputs, outputs, rules, policy)


def test_a_cell() -> None:
    (change,) = compare_decisions(OLD, first([RULES[0], '2 ; "camera" => 45', RULES[2]]))
    assert (change.how, change.element_id, change.element_kind) == ("changed", "d", "decision")
    assert (change.what, change.before, change.after) == ("rule:2:output:1", "30", "45")
    assert change.zh == "决策“D”：规则 2 输出列 1“minutes”由“30”改为“45”"
    assert change.en == "Decision “D”: rule 2, output column 1 “minutes” changed from “30” to “45”"
    assert told(first(["1 ; - => 15", '> 2 ; "camera" => 30', RULES[2]])) == [
        (
            "决策“D”：规则 2 输入列 1“level”由“2”改为“> 2”",
            "Decision “D”: rule 2, input column 1 “level” changed from “2” to “> 2”",
        )
    ]


def test_rules_that_come_and_go() -> None:
    longer = first([*RULES, "9 ; - => 90"])
    added = "规则 4（9 | - → 90）", "rule 4 (9 | - → 90)"
    assert told(longer) == [(f"决策“D”：新增{added[0]}", f"Decision “D”: added {added[1]}")]
    assert told(OLD, longer) == [(f"决策“D”：删除{added[0]}", f"Decision “D”: removed {added[1]}")]


def test_the_order_of_rules_is_told_once() -> None:
    text = OLD.decode()
    found = re.findall(r"<rule .*?</rule>", text)
    turned = text.replace("".join(found), "".join((found[2], found[0], found[1])))
    assert told(turned.encode()) == [("决策“D”：规则的次序有改动", "Decision “D”: rules stand in another order")]


def test_rules_without_ids_are_found_by_what_they_say() -> None:
    old, new = (re.sub(rb" id='d_r\d'", b"", one_) for one_ in (OLD, first([RULES[0], "7 ; - => 7", *RULES[1:]])))
    assert told(new, old) == [("决策“D”：新增规则 2（7 | - → 7）", "Decision “D”: added rule 2 (7 | - → 7)")]


def test_columns() -> None:
    wider = first(["1 ; - ; - => 15", '2 ; "camera" ; - => 30', "- ; - ; - => 60"], [*INPUTS, "road: string"])
    assert told(wider) == [("决策“D”：新增输入列 3“road”", "Decision “D”: added input column 3 “road”")]
    assert told(OLD, wider) == [("决策“D”：删除输入列 3“road”", "Decision “D”: removed input column 3 “road”")]
    typed = first(RULES, ["level: integer", "kind: string"])
    assert told(typed) == [
        (
            "决策“D”：输入列 1“level”类型由“number”改为“integer”",
            "Decision “D”: input column 1 “level” type changed from “number” to “integer”",
        )
    ]


def test_the_table_and_other_logic() -> None:
    assert told(first(RULES, policy="UNIQUE")) == [
        ("决策“D”：命中策略由“FIRST”改为“UNIQUE”", "Decision “D”: hit policy changed from “FIRST” to “UNIQUE”")
    ]
    formula, other = (file(decision(literal(text))) for text in ("1 + 1", "1 + 2"))
    assert told(other, formula) == [
        ("决策“D”：表达式由“1 + 1”改为“1 + 2”", "Decision “D”: expression changed from “1 + 1” to “1 + 2”")
    ]
    assert told(formula) == [("决策“D”：改用另一种决策方式", "Decision “D”: is decided in another way")]


def test_decisions_that_come_go_and_are_renamed() -> None:
    two = file(decision(table(INPUTS, OUTPUTS, RULES, "FIRST")), decision(literal("1"), "other"))
    assert told(two) == [("新增决策“OTHER”", "Added decision “OTHER”")]
    assert told(OLD, two) == [("删除决策“OTHER”", "Removed decision “OTHER”")]
    assert told(OLD.replace(b"name='D'", b"name='E'")) == [
        ("决策“D”更名为“E”", "Decision “D” renamed to “E”"),
    ]
    asks = file(decision(literal("1"), "x"), decision(literal("x"), requires=["x"]))
    asks_not = file(decision(literal("1"), "x"), decision(literal("x")))
    assert told(asks, asks_not) == [
        ("决策“D”：所依据的决策设为“x”", "Decision “D”: required decisions set to “x”"),
    ]


def test_what_cannot_be_read() -> None:
    assert told(b"x") == [("新文件无法读取，不能逐项比较", "The new file cannot be read: nothing can be compared")]
    assert told(file("<decision id='d' name='D'><nonsense/></decision>")) == [
        ("决策“D”无法逐项比较", "Decision “D” cannot be compared item by item")
    ]
    assert told(b"x", b"x") == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_table_is_itself(path: Path) -> None:
    content = path.read_bytes()
    assert compare_decisions(content, content) == ()
    assert compare_decisions(content, content.replace(b"\n", b"\n ")) == ()


def test_what_is_aligned() -> None:
    assert aligned("abcd", "axcd") == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert aligned("ab", "b") == [(0, None), (1, 0)]
    assert aligned("", "a") == [(None, 0)]


CELLS = st.sampled_from(["1", "2", "-", '"a"', "> 3", "[1..", ""])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5), st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5))
def test_comparing_never_raises(old: list[tuple[str, ...]], new: list[tuple[str, ...]]) -> None:
    one_, other = (first([f"{a} ; {b} => {c}" for a, b, c in rules]) for rules in (old, new))
    assert compare_decisions(one_, one_) == ()
    assert (compare_decisions(one_, other) == ()) == (old == new)
