"""Cursors: opaque, ours only, and never a reason to fail otherwise than in words."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest

from engine.errors import Invalid
from engine.queries.paging import Page, decode, encode, page_of, page_size

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)


def raw(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_what_goes_in_comes_out() -> None:
    assert decode(encode(7), int) == [7]
    assert decode(encode(AT.isoformat(), "ab"), datetime, str) == [AT, "ab"]
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))
    assert decode(encode(shanghai.isoformat()), datetime) == [AT]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "?",
        "工单",
        "a",
        "====",
        raw("7"),
        raw("[]"),
        raw("[1,2]"),
        raw("{}"),
        raw("[null]"),
        raw("[true]"),
        raw("[1.0]"),
        raw('["7"]'),
        raw("[-1]"),
        raw(f"[{2**63}]"),
        raw(f"[{2**70}]"),
        raw("[" * 5_000),
        encode(7)[:-1],
    ],
)
def test_a_number_that_is_none_of_ours(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(cursor, int)
    assert [error["code"] for error in refused.value.fields["after"]] == ["cursor"]


@pytest.mark.parametrize(
    "position",
    [
        ["2026-11-20T02:00:00", "a"],  # no zone
        ["0001-01-01T00:00:00+14:00", "a"],  # before the first year
        ["9999-12-31T23:59:59-14:00", "a"],
        ["yesterday", "a"],
        [5, "a"],
        [AT.isoformat(), 5],
        [AT.isoformat(), None],
        [AT.isoformat(), "a\0"],
        [AT.isoformat()],
    ],
)
def test_a_time_that_is_none_of_ours(position: list[object]) -> None:
    with pytest.raises(Invalid):
        decode(encode(*position), datetime, str)


def test_pages_have_bounds() -> None:
    assert [page_size(limit) for limit in (-5, 0, 1, 20, 100, 101, 10**9)] == [1, 1, 1, 20, 100, 100, 100]


@pytest.mark.parametrize(
    ("read", "page"),
    [
        ("abc", Page(["A", "B"], encode("b"))),
        ("ab", Page(["A", "B"], None)),
        ("a", Page(["A"], None)),
        ("", Page([], None)),
    ],
)
def test_one_row_more_tells_that_a_page_follows(read: str, page: Page[str]) -> None:
    assert page_of(read, 2, str.upper, encode) == page
