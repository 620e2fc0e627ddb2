"""Data of a case are JSON values from the moment they come in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import orjson
import pytest

from engine.spiff.data import MAX_INTEGER, MAX_NESTING, plain, same
from engine.spiff.errors import NotPlainData
from tests.engine.definition.drawings import drawing, end, script, service, start, user
from tests.engine.spiff import shapes
from tests.engine.spiff.cases import Run, Told

SHANGHAI = timezone(timedelta(hours=8))
PLAIN = [
    (None, None),
    (True, True),
    (1, 1),
    (1.0, 1.0),
    ("故障", "故障"),
    (datetime(2026, 11, 20, 2, 0, tzinfo=UTC), "2026-11-20T02:00:00+00:00"),
    (datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI), "2026-11-20T10:00:00+08:00"),
    (date(2026, 11, 20), "2026-11-20"),
    (timedelta(minutes=10), 600.0),
    (Decimal("12.50"), 12.5),
    ((1, (2,)), [1, [2]]),
    ({"a": {"b": [date(2026, 1, 1)]}}, {"a": {"b": ["2026-01-01"]}}),
    ({1: 2}, {"1": 2}),
    (MAX_INTEGER, 2**63 - 1),
]
NOT_PLAIN = [
    object(),
    {1, 2},
    b"x",
    float("nan"),
    float("inf"),
    Decimal("NaN"),
    2**63,
    -(2**63),
    1j,
    "\ud800",
    {"\udfff": 1},
]


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(("value", "expected"), PLAIN)
def test_plain_values(value: Any, expected: Any) -> None:
    found = plain({"x": value})
    assert repr(found) == repr({"x": expected})
    assert orjson.loads(orjson.dumps(found)) == found


@pytest.mark.parametrize("value", [*NOT_PLAIN, nested(MAX_NESTING + 2)], ids=lambda value: type(value).__name__)
def test_values_that_are_not_plain(value: Any) -> None:
    for data in ({"x": value}, {"x": [{"y": value}]}):
        with pytest.raises(NotPlainData):
            plain(data)


def test_the_name_of_the_variable_is_told() -> None:
    with pytest.raises(NotPlainData, match="“photo” is no plain value"):
        plain({"ok": 1, "photo": {"bytes": b"x"}})


def test_a_copy_is_made() -> None:
    value = {"list": [1]}
    found = plain({"x": value})
    value["list"].append(2)
    assert found == {"x": {"list": [1]}}


def test_as_deep_as_may_be_is_saved_and_loaded() -> None:
    deep = nested(MAX_NESTING)
    run = Run(shapes.LINE, {"deep": deep}, saving=True).do("a")
    assert run.data("b")["deep"] == deep


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (1, 1, True),
        (1, 1.0, False),
        (1, True, False),
        ([1], [True], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 0}, {"a": False}, False),
        ("1", 1, False),
    ],
)
def test_same(a: Any, b: Any, expected: bool) -> None:
    assert same(a, b) is expected


SCRIPTED = drawing("scripted", [start("s"), script("act", "x = 1"), user("a"), end("e")], ["s -> act -> a -> e"])
SERVED = drawing("served", [start("s"), service("act", "test.note"), user("a"), end("e")], ["s -> act -> a -> e"])


@pytest.mark.parametrize("content", [SCRIPTED, SERVED], ids=["script", "service"])
@pytest.mark.parametrize(("value", "expected"), PLAIN)
def test_what_a_script_or_service_yields_becomes_plain_at_once(content: bytes, value: Any, expected: Any) -> None:
    run = Run(content, told=Told(act=lambda _: {"x": value}))
    assert repr(run.data("a")["x"]) == repr(expected)
    before = run.data("a")
    run.save()
    assert repr(run.data("a")) == repr(before)


@pytest.mark.parametrize("content", [SCRIPTED, SERVED], ids=["script", "service"])
@pytest.mark.parametrize("value", NOT_PLAIN, ids=lambda value: type(value).__name__)
def test_what_is_not_plain_is_refused_at_once(content: bytes, value: Any) -> None:
    with pytest.raises(NotPlainData):
        Run(content, told=Told(act=lambda _: {"x": value}))


@pytest.mark.parametrize("value", NOT_PLAIN, ids=lambda value: type(value).__name__)
def test_a_form_or_a_start_that_is_not_plain_is_refused(value: Any) -> None:
    with pytest.raises(NotPlainData):
        Run(shapes.LINE, {"x": value})
    with pytest.raises(NotPlainData):
        Run(shapes.LINE).do("a", x=value)


def test_a_value_that_changes_its_type_alone_is_saved() -> None:
    run = Run(shapes.LINE, {"a": 1, "b": True, "c": 1.0}, saving=True).do("a", a=True, b=1.0, c=1)
    assert repr(run.data("b")) == repr({"a": True, "b": 1.0, "c": 1})
    run.save()
    assert repr(run.data("b")) == repr({"a": True, "b": 1.0, "c": 1})


def test_a_later_step_does_not_change_what_an_earlier_one_holds() -> None:
    """Branches of a block share values until one of them changes its own."""
    run = Run(shapes.BLOCK_LOOP, {"again": False, "list": [1], "o": {"k": [1]}}).do("a")
    run.do("b1", list=[1, 2], o={"k": [1, 2]})
    assert run.data("d")["list"] == [1]
    assert run.data("d")["o"] == {"k": [1]}
    assert run.data("b2")["o"] == {"k": [1, 2]}
