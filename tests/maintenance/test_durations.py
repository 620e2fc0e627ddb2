"""Limits as ISO 8601 and in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maintenance.clocks.durations import limit_words, parse, words, write


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT10M", 600), ("PT2H", 7200), ("P1D", 86400), ("P1DT1S", 86401), ("PT1H30M", 5400), ("PT90S", 90), ("P0D", 0)],
)
def test_parse(text: str, seconds: int) -> None:
    assert parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "PT-1H", "-PT1H", "P1M", "P1W", "PT1.5H", "PT1M2H", "10", "PT1h"]
)
def test_what_is_not_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse(text)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.integers(0, 10**8))
def test_what_is_written_reads_back(seconds: int) -> None:
    assert parse(write(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


def test_words_for_people() -> None:
    assert words(timedelta(seconds=90061), "zh") == "1 天 1 小时 1 分钟 1 秒"
    assert words(timedelta(seconds=90061), "en") == "1 d 1 h 1 min 1 s"
    assert (words(timedelta(0), "zh"), words(timedelta(0), "en")) == ("0 秒", "0 s")
    assert limit_words(timedelta(days=3), "working_days", "zh") == "3 个工作日"
    assert limit_words(timedelta(days=3), "working_days", "en") == "3 working days"
    assert limit_words(timedelta(days=3), "calendar_days", "zh") == "3 天"
    assert limit_words(timedelta(0), "calendar_days", "en") == "24:00 the same day"
    assert limit_words(timedelta(days=1), "elapsed", "zh") == "1 天"
