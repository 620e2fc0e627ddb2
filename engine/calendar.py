"""The ways to count time: elapsed 24×7, calendar days, working days, working hours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from engine.errors import EngineError

SHANGHAI = ZoneInfo("Asia/Shanghai")

KEYS = ("elapsed", "calendar_days", "working_days", "working_hours")
"""The names by which packs and clocks call the four ways."""

DAY_KEYS = ("calendar_days", "working_days")
"""The ways that count whole days, the start day not counted, and end at 24:00 of the last day (rulebook 2.0)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_PROVISIONAL_SPAN = timedelta(days=731)


class CalendarExhausted(EngineError):
    """The table of working days does not reach {at}."""

    code, status = "calendar_exhausted", 422
    zh = "工作日表未覆盖 {at}，请先维护节假日安排。"


class Calendar(Protocol):
    """A way to count. Instants must be aware (else ValueError); answers are aware, UTC, exact to the microsecond."""

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The due time of a limit `amount` that runs from `start`. Day calendars take whole days, else ValueError."""

    def elapsed(self, a: datetime, b: datetime) -> timedelta:
        """How much counted time lies between a and b (a ≤ b)."""

    def advance(self, at: datetime, counted: timedelta) -> datetime:
        """The earliest instant at or after `at` by which `counted` more of this calendar's time has passed."""

    def provisional(self, at: datetime) -> bool:
        """Whether `at` lies in days whose official arrangement is not published yet."""


@dataclass(frozen=True)
class Elapsed:
    """Minutes and hours around the clock (24×7)."""

    def add(self, start: datetime, amount: timedelta) -> datetime:
        return _utc(start) + amount

    def elapsed(self, a: datetime, b: datetime) -> timedelta:
        return _utc(b) - _utc(a)

    def advance(self, at: datetime, counted: timedelta) -> datetime:
        return _utc(at) + counted

    def provisional(self, at: datetime) -> bool:
        return False


@dataclass(frozen=True)
class CalendarDays(Elapsed):
    """Calendar days (天): the start day is not counted, the last ends at 24:00; no days means 24:00 the same day."""

    zone: ZoneInfo = SHANGHAI

    def add(self, start: datetime, amount: timedelta) -> datetime:
        return _end_of_day(_local_day(start, self.zone) + timedelta(days=_whole_days(amount)), self.zone)


@dataclass(frozen=True)
class DayTable:
    """Which days are worked: Monday to Friday, but for the published exceptions."""

    special: Mapping[date, bool]  # True: make-up working day 调休; False: day off
    first: date  # the published span, both ends included
    last: date

    def works(self, day: date) -> bool:
        return self.special.get(day, day.weekday() < 5)

    def working_days(self) -> list[date]:
        """All of the published span and two unpublished years, in which Monday to Friday is assumed."""
        span = (self.last + _PROVISIONAL_SPAN - self.first).days
        days = (self.first + timedelta(days=n) for n in range(span + 1))
        return [day for day in days if self.works(day)]


class Segments:
    """Sorted spans of counted time with prefix sums: each question takes O(log n)."""

    def __init__(self, spans: Iterable[tuple[datetime, datetime]]) -> None:
        """`spans`: ascending and disjoint, [begin, end)."""
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._sums = [0]  # counted time before each span, then the whole
        for begin, end in spans:
            self._begins.append(_ticks(begin))
            self._ends.append(_ticks(end))
            self._sums.append(self._sums[-1] + self._ends[-1] - self._begins[-1])

    def elapsed(self, a: datetime, b: datetime) -> timedelta:
        return (self._counted(b) - self._counted(a)) * _TICK

    def advance(self, at: datetime, counted: timedelta) -> datetime:
        wanted = self._counted(at) + counted // _TICK
        index = bisect_left(self._sums, wanted) - 1
        if index < 0:
            return _utc(at)
        if index >= len(self._begins):
            raise CalendarExhausted(at=at.isoformat())
        reached = _EPOCH + (self._begins[index] + wanted - self._sums[index]) * _TICK
        return max(_utc(at), reached)

    def _counted(self, at: datetime) -> int:
        ticks = _ticks(at)
        index = bisect_right(self._begins, ticks) - 1
        if index < 0 or ticks > self._ends[-1]:
            raise CalendarExhausted(at=at.isoformat())
        return self._sums[index] + min(ticks, self._ends[index]) - self._begins[index]


class _TableCalendar:
    """What the two ways that need the table of working days share."""

    def __init__(self, table: DayTable, spans: Iterable[tuple[datetime, datetime]], zone: ZoneInfo) -> None:
        self._table, self._zone = table, zone
        self._segments = Segments(spans)

    def elapsed(self, a: datetime, b: datetime) -> timedelta:
        return self._segments.elapsed(a, b)

    def advance(self, at: datetime, counted: timedelta) -> datetime:
        return self._segments.advance(at, counted)

    def provisional(self, at: datetime) -> bool:
        return _local_day(at - _TICK, self._zone) > self._table.last  # 24:00 still belongs to its day


class WorkingDays(_TableCalendar):
    """Working days (工作日) with make-up days: the start day is not counted, the last one ends at 24:00."""

    def __init__(self, table: DayTable, zone: ZoneInfo = SHANGHAI) -> None:
        self._days = table.working_days()
        super().__init__(table, ((_start_of_day(day, zone), _end_of_day(day, zone)) for day in self._days), zone)

    def add(self, start: datetime, amount: timedelta) -> datetime:
        day, count = _local_day(start, self._zone), _whole_days(amount)
        if count == 0:
            return _end_of_day(day, self._zone)
        index = bisect_right(self._days, day) + count - 1
        if day < self._table.first or index >= len(self._days):
            raise CalendarExhausted(at=start.isoformat())
        return _end_of_day(self._days[index], self._zone)


class WorkingHours(_TableCalendar):
    """The hours of a contract on working days, e.g. 08:30–12:00 and 14:00–17:30."""

    def __init__(self, table: DayTable, hours: Sequence[tuple[time, time]], zone: ZoneInfo = SHANGHAI) -> None:
        """`hours`: (opens, closes) within one day, ascending and disjoint."""
        spans = (
            (datetime.combine(day, opens, zone), datetime.combine(day, closes, zone))
            for day in table.working_days()
            for opens, closes in hours
        )
        super().__init__(table, spans, zone)

    def add(self, start: datetime, amount: timedelta) -> datetime:
        return self._segments.advance(start, amount)


TABLELESS: Mapping[str, Calendar] = {"elapsed": Elapsed(), "calendar_days": CalendarDays()}
"""The calendars that need no table of working days."""


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a calendar needs an aware time")
    return at.astimezone(UTC)


def _ticks(at: datetime) -> int:
    return (_utc(at) - _EPOCH) // _TICK


def _whole_days(amount: timedelta) -> int:
    if amount < timedelta(0) or amount % _DAY:
        raise ValueError(f"a day calendar counts whole days, not {amount}")
    return amount.days


def _local_day(at: datetime, zone: ZoneInfo) -> date:
    return _utc(at).astimezone(zone).date()


def _start_of_day(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _end_of_day(day: date, zone: ZoneInfo) -> datetime:
    return _start_of_day(day + _DAY, zone)
