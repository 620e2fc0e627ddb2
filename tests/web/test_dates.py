"""Times in words: exact in zh and en, to the boundary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from web import dates

NOW = datetime(2026, 11, 20, 2, 14, 20, tzinfo=UTC)  # 10:14:20 in Shanghai


def later(**parts: float) -> datetime:
    return NOW + timedelta(**parts)


@pytest.mark.parametrize(
    ("due", "zh", "en", "light"),
    [
        (later(minutes=47), "剩 47 分", "47 min left", "ok"),
        (later(minutes=47, seconds=59), "剩 47 分", "47 min left", "ok"),
        (later(minutes=10, seconds=1), "剩 10 分", "10 min left", "ok"),
        (later(minutes=10), "剩 10 分", "10 min left", "warn"),
        (later(minutes=1), "剩 1 分", "1 min left", "warn"),
        (later(seconds=59), "剩不到 1 分", "less than 1 min left", "warn"),
        (NOW, "剩不到 1 分", "less than 1 min left", "warn"),
        (later(seconds=-1), "已超不到 1 分", "less than 1 min over", "late"),
        (later(minutes=-42), "已超 42 分", "42 min over", "late"),
        (later(hours=1), "剩 1 小时", "1 h left", "ok"),
        (later(minutes=95), "剩 1 小时 35 分", "1 h 35 min left", "ok"),
        (later(hours=24), "剩 1 天", "1 d left", "ok"),
        (later(days=2, hours=3, minutes=59), "剩 2 天 3 小时", "2 d 3 h left", "ok"),
        (later(days=-1, hours=-1), "已超 1 天 1 小时", "1 d 1 h over", "late"),
    ],
)
def test_remaining(due: datetime, zh: str, en: str, light: str) -> None:
    assert dates.remaining(due, NOW) == (zh, light)
    assert dates.remaining(due, NOW, language="en") == (en, light)


def test_the_whole_due_second_is_met() -> None:
    assert dates.remaining(NOW, later(milliseconds=999)).light == "warn"
    assert dates.remaining(NOW, later(seconds=1)).light == "late"


@pytest.mark.parametrize(("warn_at", "light"), [(NOW, "warn"), (later(seconds=1), "ok")])
def test_a_clocks_own_threshold_decides_about_yellow(warn_at: datetime, light: str) -> None:
    assert dates.remaining(later(minutes=48), NOW, warn_at).light == light
    assert dates.remaining(later(minutes=2), NOW, warn_at).light == light


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (timedelta(0), "0 秒", "0 s"),
        (timedelta(seconds=59, milliseconds=999), "59 秒", "59 s"),
        (timedelta(minutes=7, seconds=7), "7 分 7 秒", "7 min 7 s"),
        (timedelta(hours=2, seconds=1), "2 小时 1 秒", "2 h 1 s"),
        (timedelta(days=1, hours=2, minutes=3, seconds=4), "1 天 2 小时 3 分 4 秒", "1 d 2 h 3 min 4 s"),
    ],
)
def test_a_duration_keeps_its_seconds(value: timedelta, zh: str, en: str) -> None:
    assert dates.duration(value) == zh
    assert dates.duration(value, "en") == en


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        dates.duration(timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (NOW, "今天 10:14", "Today 10:14"),
        (datetime(2026, 11, 19, 16, 0, tzinfo=UTC), "今天 00:00", "Today 00:00"),
        (datetime(2026, 11, 19, 15, 59, 59, tzinfo=UTC), "昨天 23:59", "Yesterday 23:59"),
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), "明天 00:00", "Tomorrow 00:00"),
        (datetime(2026, 3, 5, 1, 2, tzinfo=UTC), "3 月 5 日 09:02", "5 Mar 09:02"),
        (datetime(2025, 12, 31, 15, 0, tzinfo=UTC), "2025-12-31 23:00", "31 Dec 2025 23:00"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "1 月 1 日 00:00", "1 Jan 00:00"),
    ],
)
def test_a_moment_near_now(value: datetime, zh: str, en: str) -> None:
    assert dates.moment(value, NOW) == zh
    assert dates.moment(value, NOW, "en") == en


def test_a_moment_by_itself() -> None:
    assert dates.moment(NOW) == "2026-11-20 10:14"
    assert dates.moment(NOW, seconds=True) == "2026-11-20 10:14:20"
    assert dates.moment(NOW, language="en") == "20 Nov 2026 10:14"


def test_the_tag_keeps_the_exact_instant_and_escapes_its_words() -> None:
    assert dates.time_tag(NOW, "<今天>") == (
        '<time datetime="2026-11-20T10:14:20+08:00" title="2026-11-20T10:14:20+08:00">&lt;今天&gt;</time>'
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (NOW, "2026-11-20T10:14"),
        ("2026-11-20T02:14:20Z", "2026-11-20T10:14"),
        ("2026-11-20T10:14", "2026-11-20T10:14"),
        ("明天", "明天"),
        ("9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59+00:00"),
        ("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00+23:59"),
    ],
)
def test_what_a_time_control_holds(value: datetime | str | None, text: str) -> None:
    assert dates.input_value(value) == text


def test_a_naive_time_is_refused() -> None:
    naive = NOW.replace(tzinfo=None)
    for use in (lambda: dates.moment(naive), lambda: dates.iso(naive), lambda: dates.remaining(naive, NOW)):
        with pytest.raises(ValueError, match="aware"):
            use()
