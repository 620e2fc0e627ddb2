"""Values, errors, functions, joined texts, caching: what an expression promises."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.expressions import language as language_module
from engine.expressions.errors import ExpressionError, FunctionRefused
from engine.expressions.functions import STANDARD
from tests.engine.expressions.language import DatabaseGone, data, language

LANGUAGE = language()

ERRORS: list[tuple[str, str, str, int]] = [
    ("missing", "unknown_name", "missing", 1),
    ("not missing", "unknown_name", "missing", 5),
    ("empty missing", "unknown_name", "missing", 7),
    ("yes && grade.lvl == 1", "unknown_name", "grade.lvl", 8),
    ("xs[3]", "unknown_name", "[3]", 1),
    ("grade['x']", "unknown_name", "[x]", 1),
    ("[x for x in xs] + x", "unknown_name", "x", 19),
    ("n.level", "wrong_type", "n.level", 1),
    ("t.upper", "wrong_type", "t.upper", 1),
    ("not t", "wrong_type", "not", 1),
    ("!i", "wrong_type", "not", 1),
    ("yes && 1", "wrong_type", "and", 8),
    ("1 if xs else 2", "wrong_type", "if", 6),
    ("i < t", "wrong_type", "<", 1),
    ("i == t", "wrong_type", "==", 1),
    ("yes == 1", "wrong_type", "==", 1),
    ("n < 1", "wrong_type", "<", 1),
    ("yes < no", "wrong_type", "<", 1),
    ("xs < xs", "wrong_type", "<", 1),
    ("i in t", "wrong_type", "in", 1),
    ("i in ['7']", "wrong_type", "in", 1),
    ("at < naive", "wrong_type", "<", 1),
    ("at == naive", "wrong_type", "==", 1),
    ("at - naive", "wrong_type", "-", 1),
    ("day < at", "wrong_type", "<", 1),
    ("i + t", "wrong_type", "+", 1),
    ("t * 3", "wrong_type", "*", 1),
    ("xs * 3", "wrong_type", "*", 1),
    ("t % i", "wrong_type", "%", 1),
    ("yes + 1", "wrong_type", "+", 1),
    ("i / 0", "wrong_value", "/", 1),
    ("i % 0", "wrong_value", "%", 1),
    ("day + four", "wrong_value", "+", 1),
    ("min([])", "wrong_value", "min", 1),
    ("number('abc')", "wrong_value", "number", 1),
    ("xs['a']", "wrong_type", "[ ]", 1),
    ("grade[1]", "wrong_type", "[ ]", 1),
    ("[x for x in t]", "wrong_type", "for", 1),
    ("9223372036854775807 + 1", "budget", "number", 1),
    ("9223372036854775807 * 9223372036854775807", "budget", "number", 1),
    ("1e308 * 10", "budget", "number", 1),
    ("test.fail('foreign')", "wrong_type", "value", 1),
    ("1 + test.fail('index')", "wrong_arguments", "test.fail", 5),
]


@pytest.mark.parametrize(("source", "code", "name", "position"), ERRORS)
def test_error(source: str, code: str, name: str, position: int) -> None:
    with pytest.raises(ExpressionError) as found:
        LANGUAGE.compile(source).evaluate(data())
    error = found.value
    assert (error.code, error.params["name"], error.params["position"]) == (code, name, position)
    assert not any(word in error.message(tongue) for tongue in ("zh", "en") for word in ("None", "Type", "NotImpl"))


VALUES: list[tuple[str, Any]] = [
    ("at < later", True),
    ("later - at", timedelta(hours=2)),
    ("at + hours(1.5)", datetime(2026, 1, 1, 9, 30, tzinfo=UTC)),
    ("at + four == later + hours(2)", True),
    ("day + days(1)", date(2026, 2, 1)),
    ("minutes(90) / hours(1)", 1.5),
    ("four * 0.5", timedelta(hours=2)),
    ("d * 0.1", Decimal("0.250")),
    ("d == 2.5", True),
    ("i == 7.0", True),
    ("len('工单') + len(xs) + len(grade)", 7),
    ("sum(xs)", 6),
    ("sum([])", 0),
    ("sum([d, 0.1])", Decimal("2.60")),
    ("any([no, n, yes])", True),
    ("any([])", False),
    ("all([yes, no])", False),
    ("all([])", True),
    ("min(3, 1, 2)", 1),
    ("max(xs)", 3),
    ("max(at, later) == later", True),
    ("text(7) + text(yes) + text(n) + text(d)", "7true2.50"),
    ("text(at)", "2026-01-01T08:00:00+00:00"),
    ("text(hours(1.5))", "PT5400S"),
    ("text(seconds)", "-PT0.5S"),
    ("number('12')", 12),
    ("number(' -1.5 ')", -1.5),
    ("int(3.9)", 3),
    ("int('-4')", -4),
    ("round(2.5)", 3),
    ("round(-2.5)", -3),
    ("round(2.345, 2)", 2.35),
    ("round(d, 1)", Decimal("2.5")),
    ("lower('ABC') + upper('def')", "abcDEF"),
    ("starts_with('冀A12345', '冀A') and ends_with('abc', 'c')", True),
    ("contains(xs, 2) and contains(t, 'b') and contains(grade, 'level')", True),
    ("contains(xs, 9)", False),
    ("join(names)", "甲、乙"),
    ("join([1, n, yes], '-')", "1--true"),
    ("count(xs)", 3),
    ("count(['a', 'b', 'a'], 'a')", 2),
    ("coalesce(n, n, 5)", 5),
    ("coalesce(n)", None),
]


@pytest.mark.parametrize(("source", "value"), VALUES)
def test_value(source: str, value: Any) -> None:
    found = LANGUAGE.compile(source).evaluate(data() | {"seconds": timedelta(seconds=-0.5)})
    assert (found, type(found)) == (value, type(value))


def test_every_standard_function_is_described_and_tested() -> None:
    sources = " ".join(source for source, _ in VALUES)
    for function in STANDARD:
        assert function.zh
        assert function.en
        assert f"{function.name}(" in sources


def test_names_and_functions() -> None:
    expression = LANGUAGE.compile(
        "${sla.next_breach(stage) == x.y && any(v > i for v in xs) && sla.key == 1 && v == 2}"
    )
    assert expression.names == {"stage", "x", "i", "xs", "sla", "v"}
    assert expression.functions == {"sla.next_breach", "any"}
    assert expression.source.startswith("${sla")


def test_a_variable_may_be_called_like_a_function_of_the_registry() -> None:
    assert LANGUAGE.compile("len").evaluate({"len": 3}) == 3
    assert LANGUAGE.compile("[len(len) for len in [names, xs]]").evaluate(data()) == [2, 3]


def test_a_context_function_needs_a_case() -> None:
    with pytest.raises(ExpressionError) as found:
        LANGUAGE.compile("sla.next_breach()").evaluate(data())
    assert (found.value.code, found.value.params["name"]) == ("not_allowed", "sla.next_breach")


def test_context_calls_are_limited_to_a_hundred() -> None:
    calls = LANGUAGE.compile("[sla.next_breach() for x in items]")
    assert len(calls.evaluate({"items": [1] * 90}, "case")) == 90
    with pytest.raises(ExpressionError) as found:
        calls.evaluate({"items": [1] * 110}, "case")
    assert found.value.code == "budget"


def test_a_functions_own_refusal_keeps_its_words_in_both_languages() -> None:
    with pytest.raises(FunctionRefused) as found:
        LANGUAGE.compile("1 + test.fail('refuse')").evaluate(data())
    assert found.value.message("zh") == "函数“test.fail”拒绝执行：没有计时x。（第5个字符）。"
    assert "There is no clock x." in found.value.message("en")
    assert found.value.__cause__ is not None


def test_what_a_database_raises_passes_through_so_that_the_command_is_run_again() -> None:
    with pytest.raises(DatabaseGone):
        LANGUAGE.compile("test.fail('database')").evaluate(data())


def test_a_result_shares_nothing_with_the_data() -> None:
    given = data()
    LANGUAGE.compile("grade").evaluate(given)["level"] = 9
    LANGUAGE.compile("[xs]").evaluate(given)[0].append(9)
    LANGUAGE.compile("{'a': grade}").evaluate(given)["a"].clear()
    assert given == data()


JOINED: list[tuple[str, Any]] = [
    ("plain", "plain"),
    ("", ""),
    ("a && b {x} 'it", "a && b {x} 'it"),
    (" ${xs} ", [1, 2, 3]),
    ("${i}", 7),
    ("工单${i}：${t}，${n}${yes}", "工单7：abc，true"),
    ("${i}${i}", "77"),
    ("#{i} 'quoted ${'}'}", "7 'quoted }"),
]


@pytest.mark.parametrize(("text", "value"), JOINED)
def test_compile_value(text: str, value: Any) -> None:
    assert LANGUAGE.compile_value(text).evaluate(data()) == value


def test_compile_value_reports_places_in_the_whole_text() -> None:
    with pytest.raises(ExpressionError) as found:
        LANGUAGE.compile_value("工单${i}${missing}").evaluate(data())
    assert found.value.params["position"] == 9
    assert LANGUAGE.compile_value("工单${i}${missing.x}").names == {"i", "missing"}
    for text, code in (
        ("a ${i", "syntax"),
        ("a ${xs}", "wrong_type"),
        ("a" * 8001, "too_long"),
        ("\ud800", "syntax"),
        ("a\x00", "syntax"),
    ):
        with pytest.raises(ExpressionError) as found:
            LANGUAGE.compile_value(text).evaluate(data())
        assert found.value.code == code


def test_compiled_sources_are_cached_and_the_cache_is_bounded() -> None:
    small = language()
    assert small.compile("i + 1") is small.compile("i + 1")
    assert small.compile_value("i + 1") is not small.compile("i + 1")
    for number in range(language_module.CACHED + 10):
        small.compile(f"i + {number}")
    assert small._expressions.cache_info().currsize == language_module.CACHED


def test_threads_share_compiled_expressions() -> None:
    shared = language()
    barrier = threading.Barrier(8)
    wrong: list[Any] = []

    def work(number: int) -> None:
        barrier.wait()
        for turn in range(200):
            found = shared.compile("[x + y for x in xs]").evaluate({"xs": [number, turn], "y": number})
            if found != [2 * number, turn + number]:
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_anything_but_a_text_is_no_source() -> None:
    sources: list[Any] = [None, 5, [], b"i"]
    for source in sources:
        for door in (LANGUAGE.compile, LANGUAGE.compile_value, LANGUAGE.compile_script):
            with pytest.raises(ExpressionError) as found:
                door(source)
            assert found.value.code == "syntax"
