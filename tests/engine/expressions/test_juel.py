"""What Camunda models write, and what it means here."""

from __future__ import annotations

from typing import Any

import pytest

from engine.expressions.errors import ExpressionError
from tests.engine.expressions.language import data, language

LANGUAGE = language()

MEANINGS: list[tuple[str, Any]] = [
    ("${grade.level == 1 && light.clock == 'diagnose'}", True),
    ("#{grade.level == 1}", True),
    ("  ${ i }  ", 7),
    ("grade.level eq 1", True),
    ("i ne 7", False),
    ("i lt 8 and i le 7", True),
    ("i gt 7 or i ge 7", True),
    ("i div 2", 3.5),
    ("i mod 4", 3),
    ("i // 2", 3),
    ("yes && !no", True),
    ("no || yes", True),
    ("!yes", False),
    ("not yes", False),
    ("!no && no", False),
    ("yes == !no", True),
    ("!yes == no", True),
    ("!!yes", True),
    ("i != 7", False),
    ("i!=8", True),
    ("true", True),
    ("false", False),
    ("null", None),
    ("n == null", True),
    ("t != null", True),
    ("n is null", True),
    ("t is not null", True),
    ("empty n", True),
    ("empty ''", True),
    ("empty none", True),
    ("empty {}", True),
    ("empty t", False),
    ("empty i", False),
    ("empty no", False),
    ("not empty xs", True),
    ("!empty xs", True),
    ("empty n && yes", True),
    ("empty t == false", True),
    ("empty(n)", True),
    ("empty sla.key", False),
    ("grade.empty", "说明"),
    ("grade['level']", 1),
    ("xs[0] + xs[-1]", 4),
    ("'a && b || !c eq true null empty ${x}'", "a && b || !c eq true null empty ${x}"),
    ("\"}\" + '{'", "}{"),
    (r"'it\'s \\ \u5de5'", "it's \\ 工"),
    ("工单.等级 == 2", True),
    ("'一' if yes else '二'", "一"),
    ("1 < i < 9", True),
    ("i in [1, 7]", True),
    ("i in (1, 2)", False),
    ("i not in xs", True),
    ("'b' in t", True),
    ("'level' in grade", True),
    ("{'a': i, 'b': [n]}", {"a": 7, "b": [None]}),
    ("[x * 2 for x in xs if x > 1]", [4, 6]),
    ("[[y for y in xs if y == x] for x in xs]", [[1], [2], [3]]),
    ("any(x > 2 for x in xs)", True),
    ("-i", -7),
    ("1.5e1", 15.0),
    ("yes && n", False),
    ("(i\n +\n 1)", 8),
    ("i　+　1", 8),
    ("sla.next_breach('x')", "case:x"),
    ("sla.next_breach()", "case:any"),
    ("sla.key", 5),
    ("[len for len in xs]", [1, 2, 3]),
]


@pytest.mark.parametrize(("source", "value"), MEANINGS)
def test_meaning(source: str, value: Any) -> None:
    found = LANGUAGE.compile(source).evaluate(data(), "case")
    assert found == value
    assert type(found) is type(value)


REFUSALS: list[tuple[str, str, int]] = [
    ("", "syntax", 1),
    ("${}", "syntax", 1),
    ("1 +", "syntax", 3),
    ("${i} and ${i}", "syntax", 5),
    ("${i", "syntax", 1),
    ("i i", "syntax", 3),
    ("'工单' + ) + 1", "syntax", 8),
    ("(i", "syntax", 3),
    ("(i]", "syntax", 3),
    ("yes ? 1 : 2", "syntax", 5),
    ("'open", "syntax", 1),
    (r"'\d'", "syntax", 2),
    ("f'{i}'", "syntax", 2),
    ("'a' 'b'", "syntax", 5),
    ("i = 7", "not_allowed", 3),
    ("i, i", "not_allowed", 1),
    ("i is 7", "not_allowed", 6),
    ("+i", "not_allowed", 1),
    ("2 ** 3", "not_allowed", 3),
    ("'工单' + lambda", "not_allowed", 8),
    ("1.if yes else 2", "syntax", 2),
    ("'工' + ｉ", "not_allowed", 7),
    ("𝓵en(xs)", "not_allowed", 1),
    ("_t", "not_allowed", 1),
    ("grade._t", "not_allowed", 7),
    ("i << 2", "not_allowed", 1),
    ("xs[0:1]", "not_allowed", 4),
    ("len(value=xs)", "not_allowed", 10),
    ("'x'.join(xs)", "not_allowed", 1),
    ("${工单.等级 == 1 && open('x')}", "unknown_function", 17),
    ("execution.getVariable('x')", "unknown_function", 1),
    ("len()", "wrong_arguments", 1),
    ("1 + len(xs, xs)", "wrong_arguments", 5),
    ("sla.next_breach(1, 2)", "wrong_arguments", 1),
    ("x" * 2001, "too_long", 2001),
    ("(" * 41 + "1" + ")" * 41, "too_deep", 41),
    ("- " * 41 + "1", "too_deep", 81),
    ("9223372036854775808", "budget", 1),
    ("1e999", "budget", 1),
    ("[" + "1," * 400 + "]", "budget", 800),
]


@pytest.mark.parametrize(("source", "code", "position"), REFUSALS)
def test_refused_when_compiled(source: str, code: str, position: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        LANGUAGE.compile(source)
    assert (refused.value.code, refused.value.params["position"]) == (code, position)
    if code != "too_long":
        assert str(position) in refused.value.message("zh")
        assert str(position) in str(refused.value)
