"""Scripts: lines of assignments, one budget, inputs never changed."""

from __future__ import annotations

from typing import Any

import pytest

from engine.expressions.errors import ExpressionError
from tests.engine.expressions.language import data, language

LANGUAGE = language()


def test_later_lines_see_earlier_ones_and_the_data_is_not_changed() -> None:
    script = LANGUAGE.compile_script(
        """
        total = sum(xs) + i
        grade.level = total > 10 ? 1 : 2
        """.replace("total > 10 ? 1 : 2", "1 if total gt 100 else 2")
        + "\n  report.by.name = names[0]\n  twice = [\n    total,\n    total\n  ]\n  copy = report.by\n"
    )
    given = data()
    assert script.run(given) == {
        "total": 13,
        "grade": {"level": 2, "empty": "说明"},
        "report": {"by": {"name": "甲"}},
        "twice": [13, 13],
        "copy": {"name": "甲"},
    }
    assert given == data()
    assert script.reads == {"xs", "i", "names"}
    assert script.writes == {"total", "grade", "report", "twice", "copy"}
    assert script.functions == {"sum"}


def test_assigned_groups_are_copies() -> None:
    found = LANGUAGE.compile_script("a = grade\nb = a\nb.level = 5\na.level = 6").run(data())
    assert (found["a"]["level"], found["b"]["level"]) == (6, 5)


def test_a_context_reaches_functions_and_a_variable_may_hide_no_function() -> None:
    assert LANGUAGE.compile_script("sla = 1\nx = sla.next_breach()").run({}, "case") == {"sla": 1, "x": "case:any"}


REFUSED: list[tuple[str, str, int]] = [
    ("", "syntax", 1),
    ("\n \n", "syntax", 1),
    ("i", "syntax", 1),
    ("i == 1", "not_allowed", 3),
    ("i += 1", "not_allowed", 3),
    ("a = b = 1", "not_allowed", 7),
    ("a, b = 1, 2", "not_allowed", 2),
    ("a[0] = 1", "not_allowed", 2),
    ("a = 1; b = 2", "syntax", 6),
    ("a = 1\nimport os", "not_allowed", 7),
    ("a = 1\nfor x in xs: y = x", "not_allowed", 7),
    ("_a = 1", "not_allowed", 1),
    ("a._b = 1", "not_allowed", 3),
    ("eq = 1", "not_allowed", 1),
    ("None = 1", "not_allowed", 1),
    ("a. = 1", "syntax", 6),
    ("= 1", "syntax", 3),
    ("a =", "syntax", 3),
    ("a = \n1", "syntax", 3),
    ("a = 1 # note", "syntax", 7),
    ("a = ${i}", "syntax", 5),
    ("甲 = 1\n乙 = open('x')", "unknown_function", 11),
    ("a = (1\nb = 2", "syntax", 13),
    ("a." * 41 + "b = 1", "too_deep", 1),
    ("a = 1\n" * 2000, "too_long", 8001),
]


@pytest.mark.parametrize(("source", "code", "position"), REFUSED)
def test_refused_when_compiled(source: str, code: str, position: int) -> None:
    with pytest.raises(ExpressionError) as found:
        LANGUAGE.compile_script(source)
    assert (found.value.code, found.value.params["position"]) == (code, position)


FAILING: list[tuple[str, str, int]] = [
    ("a = 1\nb = missing", "unknown_name", 11),
    ("a = 1\na.b = 2", "wrong_type", 7),
    ("n.x = 2", "wrong_type", 1),
    ("a = 1\nb = a + t", "wrong_type", 11),
    ("a = {}\n" + "a.x = a\n" * 100, "budget", 502),
    ("a = [1,2,3,4,5,6,7,8]\n" + "a = [a,a,a,a]\n" * 20, "budget", 97),
]


@pytest.mark.parametrize(("source", "code", "position"), FAILING)
def test_refused_when_run(source: str, code: str, position: int) -> None:
    given = data()
    with pytest.raises(ExpressionError) as found:
        LANGUAGE.compile_script(source).run(given)
    assert (found.value.code, found.value.params["position"]) == (code, position)
    assert given == data()


def test_all_lines_share_one_budget() -> None:
    line = "a = [x for x in big]\n"
    given: dict[str, Any] = {"big": list(range(9_000))}
    assert len(LANGUAGE.compile_script(line).run(given)["a"]) == 9_000
    with pytest.raises(ExpressionError) as found:
        LANGUAGE.compile_script(line * 3).run(given)
    assert found.value.code == "budget"


def test_texts_of_a_script_are_paid_for_together() -> None:
    line = "a{} = wide\n"
    given = {"wide": "x" * 64_000}
    assert len(LANGUAGE.compile_script("".join(line.format(n) for n in range(40))).run(given)) == 40
    with pytest.raises(ExpressionError) as found:
        LANGUAGE.compile_script("".join(line.format(n) for n in range(60))).run(given)
    assert found.value.code == "budget"
