"""What decision tables add to the language: `=` as equality, and `if … then … else …`, each with its true place."""

from __future__ import annotations

from typing import Any

import pytest

from engine.expressions.errors import ExpressionError
from tests.engine.expressions.language import language

LANGUAGE = language()


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("a = 1", True),
        ("a = 2 or b = 'x'", True),
        ("a == 1 and b != 'y'", True),
        ("${a = 1}", True),
        ("'a = 1'", "a = 1"),
        ("if a = 1 then 2 else 3", 2),
        ("if a = 2 then 2 else 3", 3),
        ("if a = 1 then if b = 'y' then 1 else 2 else 3", 2),
        ("if a = 2 then 1 else if b = 'x' then 2 else 3", 2),
        ("1 + (if a = 1 then 10 else 20)", 11),
        ("[if a = 1 then 2 else 3, 4]", [2, 4]),
        ("len([if a = 1 then [1, 2] else [], 4])", 2),
        ("2 if a = 1 else 3", 2),
        ("[x for x in [1, 2] if x = 2]", [2]),
        ("if not(a = 1) then 'no' else 'yes'", "yes"),
        ("(if a = 1 then {'k': 1} else {'k': 2}).k", 1),
    ],
)
def test_what_it_means(source: str, value: Any) -> None:
    assert LANGUAGE.compile_feel(source).evaluate({"a": 1, "b": "x"}) == value


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("a = cuont(1)", 5),
        ("if a then lne(b) else 1", 11),
        ("if a then 1 else lne(b)", 18),
        ("if lne(b) then 1 else 2", 4),
        ("then", 1),
        ("if a then 1", 11),
        ("a then b", 3),
        ("if a else b", 1),
        ("a = = b", 5),
        ("if " * 30 + "a" + " then 1 else 2" * 29, 1),
    ],
)
def test_what_is_wrong_is_told_with_its_place(source: str, position: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        LANGUAGE.compile_feel(source)
    found = refused.value.params["position"]
    assert found == position or (position == 1 and found > 0)


def test_depth_is_bounded() -> None:
    with pytest.raises(ExpressionError):
        LANGUAGE.compile_feel("if a then " * 100 + "1" + " else 2" * 100)


def test_elsewhere_a_single_sign_stays_refused() -> None:
    with pytest.raises(ExpressionError):
        LANGUAGE.compile("a = 1")
