"""ISO 8601 durations, instants and cycles: strict, bounded, month ends right, naive times read in Asia/Shanghai."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.errors import SignalboxError

SHANGHAI = ZoneInfo("Asia/Shanghai")
MAX_YEARS = 50
MIN_INTERVAL = timedelta(seconds=60)  # between two firings of a cycle
MAX_REPETITIONS = 10_000
FIRST_YEAR, LAST_YEAR = 1970, 2199  # of an instant

_DAYS_A_YEAR = Decimal("365.25")
_MAX_TEXT = 100
_PART = r"(?:(?P<{}>[0-9]{{1,9}}(?:[.,][0-9]{{1,9}})?){})?"
_DURATION = re.compile(
    "P(?=[0-9T])"
    + "".join(_PART.format(name, name[0].upper()) for name in ("years", "months", "weeks", "days"))
    + "(?:T(?=[0-9])"
    + "".join(_PART.format(name, name[0].upper()) for name in ("hours", "minutes", "seconds"))
    + ")?"
)
_INSTANT = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_REPETITIONS = re.compile(r"R([0-9]{1,9})?")
_EXACT = {
    "weeks": timedelta(weeks=1),
    "days": timedelta(days=1),
    "hours": timedelta(hours=1),
    "minutes": timedelta(minutes=1),
    "seconds": timedelta(seconds=1),
}


class InvalidTime(SignalboxError):
    """“{text}” is not a time of ISO 8601, such as PT4H, R3/PT10M or 2026-03-01T08:00:00+08:00."""

    code, status = "time_malformed", 422
    zh = "“{text}”不是 ISO 8601 时间，例如 PT4H、R3/PT10M 或 2026-03-01T08:00:00+08:00。"

    def __init__(self, text: str) -> None:
        super().__init__(text=text[:60])


class NegativeDuration(InvalidTime):
    """The duration “{text}” is negative."""

    code = "time_negative"
    zh = "时长“{text}”不能为负。"


class ZeroDuration(InvalidTime):
    """The duration “{text}” has no length."""

    code = "time_zero"
    zh = "时长“{text}”不能为零。"


class DurationTooLong(InvalidTime):
    """The duration “{text}” is longer than 50 years."""

    code = "time_too_long"
    zh = "时长“{text}”超过 50 年。"


class InstantOutOfRange(InvalidTime):
    """The time “{text}” is not between the years 1970 and 2199."""

    code = "time_out_of_range"
    zh = "时间“{text}”不在 1970 年至 2199 年之间。"


class IntervalTooShort(InvalidTime):
    """The cycle “{text}” repeats more often than once in 60 seconds."""

    code = "cycle_too_short"
    zh = "循环“{text}”的间隔不足 60 秒。"


class WrongRepetitions(InvalidTime):
    """The cycle “{text}” must repeat between 1 and 10000 times, or without a number until it is ended."""

    code = "cycle_repetitions"
    zh = "循环“{text}”的次数须为 1 至 10000；不写次数表示一直重复。"


@dataclass(frozen=True)
class Duration:
    """A length of time as it is written. Years to days are counted on the calendar, the rest is exact."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    exact: timedelta = timedelta(0)  # hours, minutes, seconds, and the decimals of weeks or days

    @property
    def is_exact(self) -> bool:
        """Whether it is always equally long, whatever the calendar says."""
        return not (self.years or self.months or self.weeks or self.days)

    def after(self, start: datetime, zone: tzinfo = SHANGHAI) -> datetime:
        """The instant this long after `start` (aware), UTC.

        Years, months, weeks and days keep the local time of day in `zone`; where the month is too short, its last
        day counts (31 January + P1M = 28 or 29 February). Raises ValueError for a naive start, InstantOutOfRange.
        """
        if start.tzinfo is None:
            raise ValueError("a duration needs an aware start")
        try:
            instant = self._on_calendar(start.astimezone(zone)).astimezone(UTC) + self.exact
        except (OverflowError, ValueError):
            raise InstantOutOfRange(start.isoformat()) from None
        if instant.year > LAST_YEAR:
            raise InstantOutOfRange(instant.isoformat())
        return instant

    def _on_calendar(self, local: datetime) -> datetime:
        if self.is_exact:
            return local
        months = local.year * 12 + local.month - 1 + self.years * 12 + self.months
        year, month = months // 12, months % 12 + 1
        day = min(local.day, monthrange(year, month)[1])
        # fold belongs to the start's own day
        return local.replace(year=year, month=month, day=day, fold=0) + timedelta(weeks=self.weeks, days=self.days)


@dataclass(frozen=True)
class Cycle:
    """A repeated timer."""

    repetitions: int | None  # None: until it is ended
    interval: Duration
    start: datetime | None = None  # UTC; None: from when the timer is armed


def parse_duration(text: str) -> Duration:
    """A duration such as `P1Y2M10DT2H30M`, `P2W` or `PT1.5H`.

    Only the last part may have decimals, years and months none. Raises InvalidTime, NegativeDuration, ZeroDuration
    or DurationTooLong (more than 50 years of 365.25 days).
    """
    match = _match(_DURATION, text)
    if match is None:
        positive = _match(_DURATION, text.replace("-", "")) if type(text) is str and "-" in text else None
        raise (InvalidTime if positive is None else NegativeDuration)(_quoted(text))
    parts = {name: Decimal(part.replace(",", ".")) for name, part in match.groupdict().items() if part is not None}
    whole = {name: int(part) for name, part in parts.items()}
    fractions = [name for name, part in parts.items() if part != whole[name]]
    last = list(parts)[-1]
    if any(name != last or name in ("years", "months") for name in fractions):
        raise InvalidTime(text)
    _check_length(parts, text)
    exact = sum((whole.get(name, 0) * _EXACT[name] for name in ("hours", "minutes", "seconds")), timedelta(0))
    if fractions:
        exact += _fraction(parts[last] - whole[last], _EXACT[last])
    years, months, weeks, days = (whole.get(name, 0) for name in ("years", "months", "weeks", "days"))
    duration = Duration(years, months, weeks, days, exact)
    if duration == Duration():
        raise ZeroDuration(text)
    return duration


def _fraction(part: Decimal, unit: timedelta) -> timedelta:
    """A decimal part of a unit, to the microsecond below."""
    return timedelta(microseconds=int(part * (unit // timedelta(microseconds=1))))


def _check_length(parts: dict[str, Decimal], text: str) -> None:
    months = parts.get("years", Decimal(0)) * 12 + parts.get("months", Decimal(0))
    days = months * _DAYS_A_YEAR / 12
    for name, unit in _EXACT.items():
        days += parts.get(name, Decimal(0)) * int(unit.total_seconds()) / 86_400
    if days > MAX_YEARS * _DAYS_A_YEAR:
        raise DurationTooLong(text)


def parse_instant(text: str) -> datetime:
    """A date-time such as `2026-03-01T08:00`, `…T24:00`, `…T08:00:00.5Z` or `…T08:00:00+08:00`, as UTC.

    A text without a zone is read in Asia/Shanghai. Raises InvalidTime or InstantOutOfRange.
    """
    match = _match(_INSTANT, text)
    if match is None:
        raise InvalidTime(_quoted(text))
    second, fraction = int(match["second"] or 0), (match["fraction"] or "0").ljust(9, "0")
    clock = timedelta(hours=int(match["hour"]), minutes=int(match["minute"]), seconds=second)
    clock += timedelta(microseconds=int(fraction[:6]))
    if int(match["minute"]) > 59 or second > 59 or clock > timedelta(days=1):
        raise InvalidTime(text)
    try:
        midnight = datetime.strptime(match["date"], "%Y-%m-%d").replace(tzinfo=_zone(match["zone"], text))
    except ValueError:
        raise InvalidTime(text) from None
    if not FIRST_YEAR <= midnight.year <= LAST_YEAR:
        raise InstantOutOfRange(text)
    return (midnight + clock).astimezone(UTC)


def _zone(offset: str | None, text: str) -> tzinfo:
    if offset is None:
        return SHANGHAI
    if offset == "Z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        raise InvalidTime(text)
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if offset[0] == "-" else length)


def parse_cycle(text: str) -> Cycle:
    """A cycle `R3/PT10M`, `R/PT1H` or `R3/2026-03-01T08:00/PT1H`.

    Raises InvalidTime, IntervalTooShort (under 60 s), WrongRepetitions (not 1 to 10,000), and what durations and
    instants raise.
    """
    parts = text.split("/") if type(text) is str and len(text) <= _MAX_TEXT else []
    repetitions = _REPETITIONS.fullmatch(parts[0]) if parts else None
    if repetitions is None or len(parts) not in (2, 3):
        raise InvalidTime(_quoted(text))
    times = int(repetitions[1]) if repetitions[1] else None
    if times is not None and not 1 <= times <= MAX_REPETITIONS:
        raise WrongRepetitions(text)
    interval = parse_duration(parts[-1])
    if not (interval.years or interval.months or interval.weeks or interval.days) and interval.exact < MIN_INTERVAL:
        raise IntervalTooShort(text)
    return Cycle(times, interval, parse_instant(parts[1]) if len(parts) == 3 else None)


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return pattern.fullmatch(text) if type(text) is str and len(text) <= _MAX_TEXT else None


def _quoted(text: object) -> str:
    """The text for an error; anything else than a text is quoted as nothing."""
    return text if isinstance(text, str) else ""
