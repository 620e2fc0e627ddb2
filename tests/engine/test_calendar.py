"""The four ways to count, with dated examples and walks minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import (
    SHANGHAI,
    TABLELESS,
    Calendar,
    CalendarDays,
    CalendarExhausted,
    DayTable,
    Elapsed,
    WorkingDays,
    WorkingHours,
)

OFF = [(1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7)]
MADE_UP = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
SPECIAL = {date(2026, month, day): False for month, first, last in OFF for day in range(first, last + 1)}
SPECIAL |= {date(2026, month, day): True for month, day in MADE_UP}
TABLE = DayTable(SPECIAL, date(2026, 1, 1), date(2026, 12, 31))
OFFICE = WorkingHours(TABLE, [(time(9), time(12)), (time(13, 30), time(18, 30))])
WORKING_DAYS = WorkingDays(TABLE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)


def test_minutes_and_hours_run_around_the_clock() -> None:
    due = Elapsed().add(at(2, 15, 23, 55), timedelta(minutes=10))
    assert due == at(2, 16, 0, 5)
    assert due.tzinfo is UTC
    assert Elapsed().elapsed(at(2, 15, 23, 55), due) == timedelta(minutes=10)
    assert Elapsed().advance(at(2, 15), HOUR) == at(2, 15, 1)
    assert not Elapsed().provisional(at(1, 1, year=2090))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (at(5, 6, 20, 30), 0, at(5, 7)),  # 当日: 24:00 of the same day
        (at(5, 6), 0, at(5, 7)),
        (at(5, 6, 23, 59, 59), 0, at(5, 7)),
        (at(5, 6, 10), 1, at(5, 8)),  # never 24 hours: 24:00 of the next day
        (at(5, 6, 10), 3, at(5, 10)),
        (at(12, 31, 10), 1, at(1, 2, year=2027)),
    ],
)
def test_calendar_days_end_at_24_00(start: datetime, days: int, due: datetime) -> None:
    assert CalendarDays().add(start, days * DAY) == due


def test_calendar_days_are_days_of_the_zone() -> None:
    """17:00 UTC is already the next day in Shanghai."""
    assert CalendarDays().add(datetime(2026, 5, 6, 17, tzinfo=UTC), 0 * DAY) == at(5, 8)


@pytest.mark.parametrize("calendar", [CalendarDays(), WORKING_DAYS])
@pytest.mark.parametrize("amount", [timedelta(hours=24, minutes=1), timedelta(hours=12), timedelta(days=-1)])
def test_a_day_calendar_counts_whole_days_only(calendar: Calendar, amount: timedelta) -> None:
    with pytest.raises(ValueError, match="whole days"):
        calendar.add(at(5, 6), amount)


@pytest.mark.parametrize("calendar", [*TABLELESS.values(), WORKING_DAYS, OFFICE])
def test_naive_times_are_refused(calendar: Calendar) -> None:
    naive = datetime(2026, 5, 6)  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="aware"):
        calendar.add(naive, DAY)
    with pytest.raises(ValueError, match="aware"):
        calendar.elapsed(at(5, 6), naive)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (at(2, 13, 16, 30), 0, at(2, 14)),
        (at(2, 13, 16, 30), 1, at(2, 15)),  # Saturday 14 February is a make-up working day
        (at(2, 13, 16, 30), 2, at(2, 25)),  # then the Spring Festival until Monday 23
        (at(9, 30, 17, 30), 1, at(10, 9)),
        (at(9, 30, 17, 30), 3, at(10, 11)),  # Thursday 8, Friday 9, make-up Saturday 10
        (at(10, 3, 12), 1, at(10, 9)),  # reported on a day off
        (at(10, 3, 12), 0, at(10, 4)),
    ],
)
def test_working_days_know_days_off_and_make_up_days(start: datetime, days: int, due: datetime) -> None:
    assert WORKING_DAYS.add(start, days * DAY) == due
    assert not WORKING_DAYS.provisional(due)


def test_a_due_time_in_an_unpublished_year_is_provisional() -> None:
    last = WORKING_DAYS.add(at(12, 30, 9), DAY)
    assert (last, WORKING_DAYS.provisional(last)) == (at(1, 1, year=2027), False)
    beyond = WORKING_DAYS.add(at(12, 30, 9), 2 * DAY)
    assert (beyond, WORKING_DAYS.provisional(beyond)) == (at(1, 2, year=2027), True)


def test_beyond_the_table_it_refuses_to_guess() -> None:
    with pytest.raises(CalendarExhausted, match="2025-12-31"):
        WORKING_DAYS.add(at(12, 31, 9, year=2025), DAY)
    with pytest.raises(CalendarExhausted):
        WORKING_DAYS.add(at(12, 30, 9), 600 * DAY)
    with pytest.raises(CalendarExhausted):
        OFFICE.add(at(12, 30, 9), 9000 * HOUR)
    with pytest.raises(CalendarExhausted):
        OFFICE.elapsed(at(12, 31, year=2025), at(1, 5))


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (at(2, 13, 16, 30), 8, at(2, 14, 16, 30)),  # without the make-up day it would be 24 February
        (at(2, 13, 16, 30), 2, at(2, 13, 18, 30)),  # ends at closing time, not at the next opening
        (at(5, 6, 12, 30), 1, at(5, 6, 14, 30)),
        (at(5, 6, 20), 1, at(5, 7, 10)),
        (at(9, 30, 17, 30), 8, at(10, 8, 17, 30)),
    ],
)
def test_working_hours(start: datetime, hours: int, due: datetime) -> None:
    assert OFFICE.add(start, hours * HOUR) == due
    assert OFFICE.elapsed(start, due) == hours * HOUR


def test_advancing_by_nothing_never_goes_back() -> None:
    assert OFFICE.advance(at(5, 6, 20), timedelta(0)) == at(5, 6, 20)
    assert WORKING_DAYS.advance(at(10, 3, 12), timedelta(0)) == at(10, 3, 12)
    assert WORKING_DAYS.advance(at(10, 3, 12), 12 * HOUR) == at(10, 8, 12)
    assert WORKING_DAYS.elapsed(at(9, 30, 12), at(10, 8, 12)) == DAY


def open_minutes(first: datetime, minutes: int) -> list[bool]:
    """The slow truth: is the office open in each minute from `first`?"""
    found = []
    for n in range(minutes):
        moment = first + timedelta(minutes=n)
        clock = moment.time()
        found.append(
            TABLE.works(moment.date()) and (time(9) <= clock < time(12) or time(13, 30) <= clock < time(18, 30))
        )
    return found


OPEN = open_minutes(at(1, 25), 60 * 1440)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.integers(0, 30 * 1440), st.integers(1, 20 * 480))
def test_working_hours_agree_with_a_walk_minute_by_minute(offset: int, amount: int) -> None:
    start, minute, left = at(1, 25) + timedelta(minutes=offset), offset, amount
    while left:
        left -= OPEN[minute]
        minute += 1
    due = at(1, 25) + timedelta(minutes=minute)
    assert OFFICE.add(start, timedelta(minutes=amount)) == due
    assert OFFICE.elapsed(start, due) == timedelta(minutes=amount)
    assert OFFICE.elapsed(start, start + 3 * DAY) == timedelta(minutes=sum(OPEN[offset : offset + 3 * 1440]))
