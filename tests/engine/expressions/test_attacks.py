"""No attack escapes: only ExpressionError or plain values, bounded work and memory, the data untouched."""

from __future__ import annotations

import sys
import tracemalloc
import warnings
from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

import pytest

from engine.expressions.errors import ExpressionError
from engine.expressions.language import Language
from tests.engine.expressions import attacks, carriers
from tests.engine.expressions.language import data, language

MAX_CALLS = 500_000  # function calls of one attack, compiled and run: 50,000 steps of a few calls each
MAX_BYTES = 20 * 1024 * 1024
PLAIN = (type(None), bool, int, float, Decimal, str, list, dict, date, datetime, timedelta)

Attack = Callable[[Language, dict[str, Any]], Any]


class OddZone(tzinfo):
    """A zone with code of its own."""

    def utcoffset(self, moment: datetime | None, /) -> timedelta:
        raise AssertionError("foreign code ran")

    def dst(self, moment: datetime | None, /) -> timedelta:
        raise AssertionError("foreign code ran")

    def tzname(self, moment: datetime | None, /) -> str:
        raise AssertionError("foreign code ran")


class SubText(str):
    __slots__ = ()


def hostile_data() -> dict[str, Any]:
    """Data of every kind, wide values up to the limits, and what must never be there."""
    cycle: list[Any] = []
    cycle.append(cycle)
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    shared: Any = [1, 1]
    for _ in range(40):
        shared = [shared, shared]
    return data() | {
        "wide": list(range(10_000)),
        "half": list(range(220)),
        "half_list": [list(range(220))] * 3,
        "wide_text": "a" * 100_000,
        "wide_copy": "".join(["a"] * 100_000),
        "too_wide": "a" * 100_001,
        "too_many": [1] * 10_001,
        "sharp": "ß" * 90_000,
        "foreign": attacks.Exploding(),
        "foreign_list": [attacks.Exploding()],
        "sub_text": SubText("abc"),
        "sub_dict": type("SubDict", (dict,), {})(level=1),
        "sub_int": type("SubInt", (int,), {})(5),
        "odd_keys": {1: 2, (1, 2): 3},
        "cycle": cycle,
        "deep": deep,
        "shared": shared,
        "nan": float("nan"),
        "infinite": float("inf"),
        "huge": 10**4000,
        "huge_decimal": Decimal("1E+999999"),
        "nan_decimal": Decimal("NaN"),
        "odd_zone": datetime(2026, 1, 1, tzinfo=OddZone()),
        "pair": (1, 2),
        "code": len,
    }


def evaluate(source: str) -> Attack:
    return lambda language, given: language.compile(source).evaluate(given, "case")


def run_script(source: str) -> Attack:
    return lambda language, given: language.compile_script(source).run(given, "case")


def evaluate_value(source: str) -> Attack:
    return lambda language, given: language.compile_value(source).evaluate(given, "case")


CARRIED = ("attribute walks", "execution", "format strings", "strings and escapes", "smuggled data", "syntax scraps")

CORPUS = [
    pytest.param(door(source), id=f"{kind}-{number}")
    for door, corpus in (
        (evaluate, attacks.EXPRESSIONS),
        (run_script, carriers.SCRIPTS),
        (evaluate_value, carriers.VALUES),
        (
            run_script,
            {f"{kind}, scripted": ["a = " + source for source in attacks.EXPRESSIONS[kind]] for kind in CARRIED},
        ),
        (
            evaluate_value,
            {f"{kind}, joined": [f"x ${{{source}}}" for source in attacks.EXPRESSIONS[kind]] for kind in CARRIED},
        ),
    )
    for kind, sources in corpus.items()
    for number, source in enumerate(sources)
]


def test_the_corpus_is_as_wide_as_promised() -> None:
    kinds = attacks.EXPRESSIONS | carriers.SCRIPTS | carriers.VALUES
    assert len(kinds) >= 12
    assert sum(len(set(sources)) for sources in kinds.values()) >= 150


def assert_plain(value: Any, depth: int = 0) -> None:
    assert type(value) in PLAIN
    assert depth < 100
    if type(value) is list:
        for item in value:
            assert_plain(item, depth + 1)
    elif type(value) is dict:
        for key, item in value.items():
            assert type(key) is str
            assert_plain(item, depth + 1)


def measured(attack: Attack, given: dict[str, Any]) -> tuple[Any, int, int]:
    """What the attack got (a value or an ExpressionError), how many calls it made, and its most bytes."""
    fresh = language()
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    outcome: Any
    tracemalloc.start()
    sys.setprofile(count)
    try:
        outcome = attack(fresh, given)
    except ExpressionError as error:
        outcome = error
    finally:
        sys.setprofile(None)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return outcome, calls, most


def fingerprint(value: Any) -> Any:
    """What a value is made of, by identity: foreign objects must not even be compared."""
    if type(value) is list:
        return (id(value), [id(item) for item in value])
    if type(value) is dict:
        return (id(value), [(key, id(item)) for key, item in value.items()])
    return id(value)


@pytest.mark.parametrize("attack", CORPUS)
def test_attack(attack: Attack) -> None:
    given = hostile_data()
    before = {name: fingerprint(value) for name, value in given.items()}
    outcome, calls, most = measured(attack, given)
    assert {name: fingerprint(value) for name, value in given.items()} == before
    assert calls <= MAX_CALLS
    assert most <= MAX_BYTES
    if isinstance(outcome, ExpressionError):
        assert outcome.params["position"] >= 1
        assert outcome.code != "expression"
        for tongue in ("zh", "en"):
            assert "{" + "position}" not in outcome.message(tongue)
            assert "NoneType" not in outcome.message(tongue)
    else:
        assert_plain(outcome)


MUST_BE_REFUSED = [
    *attacks.EXPRESSIONS["execution"][:-1],
    *attacks.EXPRESSIONS["number bombs"][:5],
    "foreign",
    "foreign_list[0]",
    "t.__class__",
    "sub_dict.level",
    "cycle",
    "[wide_text for x in wide]",
]


@pytest.mark.parametrize("source", MUST_BE_REFUSED)
def test_these_are_refused_and_never_a_value(source: str) -> None:
    outcome, _, _ = measured(evaluate(source), hostile_data())
    assert isinstance(outcome, ExpressionError)


LIMITED = [
    ("too_wide", "text"),
    ("wide_text + 'a' == t", "text"),
    ("upper(sharp)", "text"),
    ("join(wide, wide_text)", "text"),
    ("too_many", "list"),
    ("empty (wide + [1])", "list"),
    ("huge", "number"),
    ("infinite", "number"),
    ("nan", "number"),
    ("huge_decimal", "number"),
    ("nan_decimal", "number"),
    ("deep", "depth"),
    ("cycle == cycle", "depth"),
    ("[wide_text in wide_text for x in half]", "steps"),
    ("[wide_text == wide_copy for x in half]", "steps"),
    ("[wide_text < wide_copy for x in half]", "steps"),
    ("[empty (wide_text + '') for x in half]", "steps"),
    ("[empty (half + half) for x in half]", "steps"),
    ("[len(wide_text) for x in half]", "steps"),
    ("[x in wide for x in half]", "steps"),
    ("[half == half for x in half]", "steps"),
    ("[wide_text for x in half]", "steps"),
    ("[[1 for y in half] for x in wide]", "steps"),
    ("shared", "steps"),
]


@pytest.mark.parametrize(("source", "limit"), LIMITED)
def test_each_limit_is_the_one_that_stops_it(source: str, limit: str) -> None:
    with pytest.raises(ExpressionError) as found:
        language().compile(source).evaluate(hostile_data())
    assert (found.value.code, found.value.params["name"]) == ("budget", limit)


@pytest.mark.parametrize(
    "source", ["odd_keys", "len(odd_keys)", "odd_zone", "pair", "sub_text", "sub_int", "foreign_list"]
)
def test_what_is_not_plain_is_a_typed_error(source: str) -> None:
    with pytest.raises(ExpressionError) as found:
        language().compile(source).evaluate(hostile_data())
    assert (found.value.code, found.value.params["kinds"]) == ("wrong_type", ("other",))


def test_tokens_that_the_parser_would_read_otherwise_are_refused_by_ourselves() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for source in ("1.if yes else 2", "1if yes else 2", "1 if yes else 2or 3", "'a'in t"):
            with pytest.raises(ExpressionError) as found:
                language().compile(source)
            assert found.value.code == "syntax"
