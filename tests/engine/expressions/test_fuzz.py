"""Random expressions, scripts, attribute texts and times: only typed refusals or plain values, the data untouched."""

from __future__ import annotations

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.durations import InvalidTime, parse_cycle, parse_duration, parse_instant
from engine.expressions.errors import ExpressionError
from tests.engine.expressions.language import data, language
from tests.engine.expressions.test_attacks import assert_plain

LANGUAGE = language()
FUZZ = settings(
    max_examples=1_000, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)

NAMES = sorted(set(data()) - {"none"})
SIGNS = [
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "&&",
    "||",
    "and",
    "or",
    "in",
    "eq",
    "ne",
    "lt",
    "ge",
    "div",
    "mod",
    "is",
    "!",
    "not",
    "empty",
    "**",
    "=",
    ":",
    "?",
    "@",
    "&",
]
SCRAPS = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(SIGNS),
    st.sampled_from(["(", ")", "[", "]", "{", "}", ",", ".", "${", "#{", "}", "'", '"', "\\", "\n", "for x in", "if"]),
    st.sampled_from(
        ["len(", "sum(", "text(", "sla.next_breach(", "round(", "join(", "'a'", '"工单"', "1", "2.5", "null"]
    ),
    st.text(max_size=3),
)
SOURCES = (
    st.lists(SCRAPS, max_size=14).map(" ".join) | st.lists(SCRAPS, max_size=14).map("".join) | st.text(max_size=40)
)

ATOMS = st.sampled_from([*NAMES, "1", "2.5", "'a'", "null", "true", "grade.level", "xs[0]", "[]", "{'k': i}"])
TREES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(SIGNS[:19]), inner).map(lambda parts: "(" + " ".join(parts) + ")"),
        st.tuples(st.sampled_from(["not ", "!", "-", "empty "]), inner).map(lambda parts: "(" + "".join(parts) + ")"),
        st.tuples(inner, inner).map(lambda parts: f"[{parts[0]} for x in {parts[1]} if x == {parts[0]}]"),
        st.tuples(st.sampled_from(["len", "sum", "min", "max", "text", "join", "int", "count", "any"]), inner).map(
            lambda parts: f"{parts[0]}({parts[1]})"
        ),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else {parts[2]})"),
    ),
    max_leaves=12,
)
TIMES = st.text(alphabet="PTRYMWDHSZ0123456789.,-+:/ ", max_size=30) | st.text(max_size=20)


@FUZZ
@given(SOURCES | TREES)
def test_expressions(source: str) -> None:
    held = data()
    with contextlib.suppress(ExpressionError):
        assert_plain(LANGUAGE.compile(source).evaluate(held, "case"))
    assert held == data()


@FUZZ
@given(
    st.lists(
        st.tuples(st.sampled_from([*NAMES, "new", "new.a", "grade.level.x", "", "a b"]), TREES | SOURCES), max_size=4
    )
)
def test_scripts(lines: list[tuple[str, str]]) -> None:
    held = data()
    with contextlib.suppress(ExpressionError):
        script = LANGUAGE.compile_script("\n".join(f"{target} = {source}" for target, source in lines))
        written = script.run(held, "case")
        assert set(written) == script.writes
        assert_plain(written)
    assert held == data()


@FUZZ
@given(st.lists(st.text(max_size=5) | TREES.map(lambda tree: "${" + tree + "}") | SOURCES, max_size=4).map("".join))
def test_attribute_texts(text: str) -> None:
    held = data()
    with contextlib.suppress(ExpressionError):
        assert_plain(LANGUAGE.compile_value(text).evaluate(held, "case"))
    assert held == data()


@FUZZ
@given(TIMES)
def test_times(text: str) -> None:
    for parse in (parse_duration, parse_instant, parse_cycle):
        with contextlib.suppress(InvalidTime):
            parse(text)
