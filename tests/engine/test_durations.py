"""Durations, instants and cycles: exact figures, month ends, and every refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.durations import Cycle, Duration, InvalidTime, parse_cycle, parse_duration, parse_instant


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


DURATIONS: list[tuple[str, Duration]] = [
    ("PT4H", Duration(exact=timedelta(hours=4))),
    ("PT10M", Duration(exact=timedelta(minutes=10))),
    ("P1Y2M3W4DT5H6M7S", Duration(1, 2, 3, 4, timedelta(hours=5, minutes=6, seconds=7))),
    ("P2W", Duration(weeks=2)),
    ("P1D", Duration(days=1)),
    ("P0DT1S", Duration(exact=timedelta(seconds=1))),
    ("PT1.5H", Duration(exact=timedelta(minutes=90))),
    ("PT1,5H", Duration(exact=timedelta(minutes=90))),
    ("P0.5D", Duration(exact=timedelta(hours=12))),
    ("P1DT0.25S", Duration(days=1, exact=timedelta(milliseconds=250))),
    ("P1.5W", Duration(weeks=1, exact=timedelta(hours=84))),
    ("PT36H", Duration(exact=timedelta(hours=36))),
    ("P50Y", Duration(years=50)),
    ("P600M", Duration(months=600)),
    ("P18262DT12H", Duration(days=18262, exact=timedelta(hours=12))),
]


@pytest.mark.parametrize(("text", "duration"), DURATIONS)
def test_duration(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


BAD_DURATIONS: list[tuple[str, str]] = [
    ("", "time_malformed"),
    ("P", "time_malformed"),
    ("PT", "time_malformed"),
    ("P1DT", "time_malformed"),
    ("P1H", "time_malformed"),
    ("PT1D", "time_malformed"),
    ("P1M1Y", "time_malformed"),
    ("p1d", "time_malformed"),
    (" P1D", "time_malformed"),
    ("P1D\n", "time_malformed"),
    ("P1", "time_malformed"),
    ("1D", "time_malformed"),
    ("P１D", "time_malformed"),
    ("P0.5Y", "time_malformed"),
    ("P1.5M", "time_malformed"),
    ("PT1.5H1M", "time_malformed"),
    ("4小时", "time_malformed"),
    ("P" + "1" * 200 + "D", "time_malformed"),
    ("PT-1H", "time_negative"),
    ("-PT1H", "time_negative"),
    ("P-1D", "time_negative"),
    ("PT0S", "time_zero"),
    ("P0Y0M0D", "time_zero"),
    ("PT0.0000001S", "time_zero"),
    ("P51Y", "time_too_long"),
    ("P50YT1S", "time_too_long"),
    ("P601M", "time_too_long"),
    ("P18263D", "time_too_long"),
    ("PT999999999H", "time_too_long"),
]


@pytest.mark.parametrize(("text", "code"), BAD_DURATIONS)
def test_bad_duration(text: str, code: str) -> None:
    with pytest.raises(InvalidTime) as found:
        parse_duration(text)
    assert found.value.code == code
    assert text[:60] in found.value.message("zh")


def test_anything_but_a_text_is_refused() -> None:
    for parse in (parse_duration, parse_instant, parse_cycle):
        with pytest.raises(InvalidTime):
            parse(None)  # type: ignore[arg-type]


AFTER: list[tuple[str, str, str]] = [
    ("2026-01-31T09:00+08:00", "P1M", "2026-02-28T09:00+08:00"),
    ("2028-01-31T09:00+08:00", "P1M", "2028-02-29T09:00+08:00"),
    ("2026-01-30T09:00+08:00", "P1M", "2026-02-28T09:00+08:00"),
    ("2026-03-31T09:00+08:00", "P1M", "2026-04-30T09:00+08:00"),
    ("2028-02-29T09:00+08:00", "P1Y", "2029-02-28T09:00+08:00"),
    ("2026-12-31T09:00+08:00", "P2M", "2027-02-28T09:00+08:00"),
    ("2026-01-31T09:00+08:00", "P1M1D", "2026-03-01T09:00+08:00"),
    ("2026-01-31T09:00+08:00", "P1MT24H", "2026-03-01T09:00+08:00"),
    # 23:30 UTC on the 30th is already the 31st in Shanghai
    ("2026-01-30T23:30+00:00", "P1M", "2026-02-28T07:30+08:00"),
    ("2026-02-28T20:00+00:00", "P1D", "2026-03-01T20:00+00:00"),
    ("2026-01-01T00:00+08:00", "PT240M", "2026-01-01T04:00+08:00"),
    ("2026-01-01T00:00+08:00", "P2W", "2026-01-15T00:00+08:00"),
]


@pytest.mark.parametrize(("start", "text", "end"), AFTER)
def test_after(start: str, text: str, end: str) -> None:
    found = parse_duration(text).after(utc(start))
    assert found == utc(end)
    assert found.tzinfo is UTC


def test_days_keep_the_local_time_of_day_and_hours_are_exact() -> None:
    berlin = ZoneInfo("Europe/Berlin")  # clocks go forward on 2026-03-29
    start = utc("2026-03-28T12:00+01:00")
    assert parse_duration("P1D").after(start, berlin) == utc("2026-03-29T12:00+02:00")
    assert parse_duration("PT24H").after(start, berlin) == utc("2026-03-29T13:00+02:00")


def test_after_needs_an_aware_start_and_stays_within_the_calendar() -> None:
    with pytest.raises(ValueError, match="aware"):
        parse_duration("P1D").after(datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(InvalidTime) as found:
        parse_duration("P50Y").after(datetime(2180, 1, 1, tzinfo=UTC))
    assert found.value.code == "time_out_of_range"
    with pytest.raises(InvalidTime):
        parse_duration("P50Y").after(datetime(9990, 1, 1, tzinfo=UTC))


INSTANTS: list[tuple[str, str]] = [
    ("2026-03-01T08:00:00+08:00", "2026-03-01T00:00:00+00:00"),
    ("2026-03-01T08:00", "2026-03-01T00:00:00+00:00"),
    ("2026-03-01T08:00:00", "2026-03-01T00:00:00+00:00"),
    ("2026-03-01T08:00:00Z", "2026-03-01T08:00:00+00:00"),
    ("2026-03-01T08:00:00.5Z", "2026-03-01T08:00:00.500000+00:00"),
    ("2026-03-01T08:00:00.123456789Z", "2026-03-01T08:00:00.123456+00:00"),
    ("2026-03-01T08:00-0330", "2026-03-01T11:30:00+00:00"),
    ("2026-03-01T08:00+08", "2026-03-01T00:00:00+00:00"),
    ("2026-12-31T24:00", "2026-12-31T16:00:00+00:00"),
    ("2028-02-29T00:00Z", "2028-02-29T00:00:00+00:00"),
]


@pytest.mark.parametrize(("text", "expected"), INSTANTS)
def test_instant(text: str, expected: str) -> None:
    assert parse_instant(text).isoformat() == expected


BAD_INSTANTS: list[tuple[str, str]] = [
    ("", "time_malformed"),
    ("2026-03-01", "time_malformed"),
    ("2026-02-29T00:00", "time_malformed"),
    ("2026-13-01T00:00", "time_malformed"),
    ("2026-03-01 08:00", "time_malformed"),
    ("2026-03-01T25:00", "time_malformed"),
    ("2026-03-01T24:01", "time_malformed"),
    ("2026-03-01T08:60", "time_malformed"),
    ("2026-03-01T08:00:60", "time_malformed"),
    ("2026-03-01T08:00+15:00", "time_malformed"),
    ("2026-03-01T08:00+08:60", "time_malformed"),
    ("2026-3-1T8:00", "time_malformed"),
    ("２０２６-03-01T08:00", "time_malformed"),
    ("0000-01-01T00:00", "time_malformed"),
    ("1969-12-31T00:00", "time_out_of_range"),
    ("2200-01-01T00:00", "time_out_of_range"),
    ("9999-12-31T00:00Z", "time_out_of_range"),
]


@pytest.mark.parametrize(("text", "code"), BAD_INSTANTS)
def test_bad_instant(text: str, code: str) -> None:
    with pytest.raises(InvalidTime) as found:
        parse_instant(text)
    assert found.value.code == code


CYCLES: list[tuple[str, Cycle]] = [
    ("R3/PT10M", Cycle(3, Duration(exact=timedelta(minutes=10)))),
    ("R/PT1H", Cycle(None, Duration(exact=timedelta(hours=1)))),
    ("R10000/PT60S", Cycle(10_000, Duration(exact=timedelta(seconds=60)))),
    ("R/P1M", Cycle(None, Duration(months=1))),
    ("R3/2026-03-01T08:00/PT1H", Cycle(3, Duration(exact=timedelta(hours=1)), datetime(2026, 3, 1, tzinfo=UTC))),
]


@pytest.mark.parametrize(("text", "cycle"), CYCLES)
def test_cycle(text: str, cycle: Cycle) -> None:
    assert parse_cycle(text) == cycle


BAD_CYCLES: list[tuple[str, str]] = [
    ("", "time_malformed"),
    ("PT10M", "time_malformed"),
    ("R3", "time_malformed"),
    ("R3/", "time_malformed"),
    ("r3/PT10M", "time_malformed"),
    ("R-1/PT10M", "time_malformed"),
    ("R3/PT10M/2026-03-01T08:00", "time_malformed"),
    ("R3/2026-03-01T08:00/PT1H/PT1H", "time_malformed"),
    ("R3//PT1H", "time_malformed"),
    ("0 0 * * *", "time_malformed"),
    ("R/PT59S", "cycle_too_short"),
    ("R/PT59.999999S", "cycle_too_short"),
    ("R0/PT10M", "cycle_repetitions"),
    ("R10001/PT10M", "cycle_repetitions"),
    ("R/PT0S", "time_zero"),
    ("R/-PT1H", "time_negative"),
    ("R/P51Y", "time_too_long"),
]


@pytest.mark.parametrize(("text", "code"), BAD_CYCLES)
def test_bad_cycle(text: str, code: str) -> None:
    with pytest.raises(InvalidTime) as found:
        parse_cycle(text)
    assert found.value.code == code
