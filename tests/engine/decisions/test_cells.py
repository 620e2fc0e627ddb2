"""S-FEEL cells: what each means, strict kinds, null, and what cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decisions.cells import parse_cell
from engine.decisions.errors import CellFailed
from engine.errors import SignalboxError
from engine.expressions.budget import MAX_STEPS, Run
from tests.engine.decisions.tables import LANGUAGE, codes, made, numbers, one

DATA: dict[str, Any] = {"limit": 7, "grade": {"word": "a"}, "nothing": None}
N = [None, -3, 0, 4.5, 5, 7, 10, 11]
T = [None, "", "a", "b", "x,y"]


def holding(cell: str, values: list[Any]) -> list[Any]:
    compiled = parse_cell(cell, LANGUAGE)
    return [value for value in values if compiled.holds(value, Run(DATA, None, 0, MAX_STEPS))]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", N),
        ("-", N),
        ("5", [5]),
        ("-3", [-3]),
        ("= 5", [5]),
        ("5.0", [5]),
        (".5, 4.5", [4.5]),
        ("< 5", [-3, 0, 4.5]),
        ("<= 5", [-3, 0, 4.5, 5]),
        ("> 5", [7, 10, 11]),
        (">=5", [5, 7, 10, 11]),
        ("> -1", [0, 4.5, 5, 7, 10, 11]),
        ("[5..10]", [5, 7, 10]),
        ("(5..10]", [7, 10]),
        ("[5..10)", [5, 7]),
        ("]5..10[", [7]),
        ("(5..10)", [7]),
        ("[-3..0]", [-3, 0]),
        ("[5..limit]", [5, 7]),
        ("<limit", [-3, 0, 4.5, 5]),
        ("limit", [7]),
        ("null", [None]),
        ("None", [None]),
        ("nothing", [None]),
        ("< nothing", []),
        ("null, > 10", [None, 11]),
        ("not(null)", [-3, 0, 4.5, 5, 7, 10, 11]),
        ("not(5, > 6)", [None, -3, 0, 4.5]),
        ("0, [5..7], >= 11", [0, 5, 7, 11]),
    ],
)
def test_numbers(cell: str, expected: list[Any]) -> None:
    assert holding(cell, N) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('"a"', ["a"]),
        ('""', [""]),
        ('"a","b"', ["a", "b"]),
        ('"x,y"', ["x,y"]),
        ('not("a","b")', [None, "", "x,y"]),
        ("grade.word", ["a"]),
        ('>= "b"', ["b", "x,y"]),
        ('"\\u0061"', ["a"]),
    ],
)
def test_texts(cell: str, expected: list[Any]) -> None:
    assert holding(cell, T) == expected


def test_booleans() -> None:
    values = [True, False, None]
    assert [holding(cell, values) for cell in ("true", "True", "false", "not(true)")] == [
        [True],
        [True],
        [False],
        [False, None],
    ]


def test_dates_times_and_lengths_of_data_that_is_json() -> None:
    day = one(["d: date"], ["x"], ['< date("2026-03-01") => 1', '[date("2026-03-01")..date("2026-03-31")] => 2'])
    assert [made(day, d=text).outputs["x"] for text in ("2026-02-28", "2026-03-01", "2026-04-01")] == [1, 2, None]
    time = one(["t: dateTime"], ["x"], ['>= date and time("2026-03-01T08:00:00+08:00") => 1'])
    assert [made(time, t=text).outputs["x"] for text in ("2026-03-01T00:00Z", "2026-02-28T23:59Z")] == [1, None]
    length = one(["p: dayTimeDuration"], ["x"], ['<= duration("PT4H") => 1', '> duration("PT4H") => 2'])
    assert [made(length, p=text).outputs["x"] for text in ("PT240M", "P1D")] == [1, 2]
    with pytest.raises(CellFailed, match="“tomorrow” is not a time"):
        made(day, d="tomorrow")


@pytest.mark.parametrize(("cell", "value"), [("5", "5"), ('"5"', 5), ("> 5", True), ("true", 1), ("[1..2]", [1])])
def test_unlike_kinds_are_an_error_that_names_the_cell(cell: str, value: Any) -> None:
    content = one(["n"], ["x"], ["null => 0", f"{cell} => 1"])
    with pytest.raises(CellFailed, match=r"decision “D”, rule 2, input column 1 “n”: .* does not work with"):
        made(content, n=value)
    assert numbers(made(content, n=None)) == [1]


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "? > 5",
            "5..10",
            "[5..10",
            "[10..5]",
            "(5..5)",
            "[1..'a']",
            '[1.."a"]',
            "[null..5]",
            "< null",
            "< true",
            "== 5",
        ),
        *(
            "!= 5",
            "1,",
            ",1",
            "not(",
            "not(1",
            "not 1",
            "not()",
            "1 2",
            "“a”",
            "'a'",
            '"a',
            '"\\q"',
            '"\\ud800"',
            "- 'a'",
        ),
        *("1 + 1", "f(1)", "a.b()", "date()", "date(2026)", 'date("2026-02-30")', 'time("08:00")', 'duration("P1M")'),
        *(
            'duration("-PT1H")',
            "in (1,2)",
            "__class__",
            "a.__class__",
            "a..b",
            "9" * 40,
            "1e400",
            "lambda",
            "--1",
            "< < 1",
        ),
    ],
)
def test_what_cannot_be_read_is_a_finding(cell: str) -> None:
    with pytest.raises(SignalboxError):
        parse_cell(cell, LANGUAGE)
    assert codes(one(["n"], ["x"], [f"{cell} => 1"])) == ["cell_invalid"]


def test_a_cell_and_its_lists_are_bounded() -> None:
    assert codes(one(["n"], ["x"], [f'"{"a" * 2_000}" => 1'])) == ["cell_invalid"]
    assert codes(one(["n"], ["x"], [",".join(["1"] * 999) + " => 1"] * 21)) == ["too_many_values"]
