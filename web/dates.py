"""Times in words for people: what is left, when it was, how long it took. Shown in Asia/Shanghai, zh and en."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from markupsafe import Markup

Language = Literal["zh", "en"]
Light = Literal["ok", "warn", "late"]

SHANGHAI = ZoneInfo("Asia/Shanghai")

WARN_WHEN_LEFT = timedelta(minutes=10)
"""Yellow begins here for a due time that belongs to no clock. A clock's own yellow threshold goes before it."""

_MINUTE = timedelta(minutes=1)
_UNITS = (("天", "d", 86_400), ("小时", "h", 3_600), ("分", "min", 60), ("秒", "s", 1))


class Remaining(NamedTuple):
    """The time to a due time in words, and the colour that goes with the words."""

    text: str
    light: Light


def remaining(due: datetime, now: datetime, warn_at: datetime | None = None, language: Language = "zh") -> Remaining:
    """How long until `due`, or how long since. Reached to the second is met; one moment later is late.

    All times are aware. `warn_at` is when the clock turns yellow; without it, WARN_WHEN_LEFT before `due`.
    Whole minutes, rounded down: nobody is promised a minute that is not there.
    """
    left = _whole(due) - _whole(now)
    if left < timedelta(0):
        template = {"zh": "已超{}", "en": "{} over"}[language]
        return Remaining(template.format(_rough(-left, language)), "late")
    yellow = now >= _aware(warn_at) if warn_at else left <= WARN_WHEN_LEFT
    template = {"zh": "剩{}", "en": "{} left"}[language]
    return Remaining(template.format(_rough(left, language)), "warn" if yellow else "ok")


def duration(value: timedelta, language: Language = "zh") -> str:
    """A measured time to the second: "2 小时 1 秒". Raises ValueError on a negative one."""
    seconds = int(value.total_seconds())
    if seconds < 0:
        raise ValueError("a duration is never negative")
    return _units(seconds, language) or _unit(0, "秒", "s", language)


def moment(value: datetime, now: datetime | None = None, language: Language = "zh", *, seconds: bool = False) -> str:
    """When it was: "2026-11-20 14:05". With `now` (aware), near days are named: "今天 14:05", "昨天 14:05"."""
    return f"{day(value, now, language)} {clock_time(value, seconds=seconds)}"


def clock_time(value: datetime, *, seconds: bool = False) -> str:
    """The time of day: "14:05"."""
    return _aware(value).astimezone(SHANGHAI).strftime("%H:%M:%S" if seconds else "%H:%M")


def day(value: datetime, now: datetime | None = None, language: Language = "zh") -> str:
    """The calendar day: "2026-11-20", or with `now` "今天", "昨天", "明天", and without the year in the same year."""
    local = _aware(value).astimezone(SHANGHAI).date()
    if now is None:
        return local.isoformat() if language == "zh" else f"{local.day} {local:%b %Y}"
    today = _aware(now).astimezone(SHANGHAI).date()
    named = {
        0: {"zh": "今天", "en": "Today"},
        -1: {"zh": "昨天", "en": "Yesterday"},
        1: {"zh": "明天", "en": "Tomorrow"},
    }.get((local - today).days)
    if named:
        return named[language]
    if local.year != today.year:
        return day(value, None, language)
    return f"{local.month} 月 {local.day} 日" if language == "zh" else f"{local.day} {local:%b}"


def input_value(value: datetime | str | None) -> str:
    """What a datetime-local input holds: Shanghai's time to the minute. Text that is no time stays as it was typed."""
    if value is None:
        return ""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        local = found.astimezone(SHANGHAI) if found.tzinfo else found
    except (ValueError, OverflowError):
        return str(value)
    return local.strftime("%Y-%m-%dT%H:%M")


def iso(value: datetime) -> str:
    """ISO 8601 to the second with Shanghai's offset, for `datetime` and `title` attributes."""
    return _aware(value).astimezone(SHANGHAI).isoformat(timespec="seconds")


def time_tag(value: datetime, words: str) -> Markup:
    """A <time> element that reads as `words` and keeps the exact instant in its title."""
    exact = iso(value)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(exact, exact, words)


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a page shows aware times only")
    return value.astimezone(UTC)


def _whole(value: datetime) -> datetime:
    return _aware(value).replace(microsecond=0)


def _rough(value: timedelta, language: Language) -> str:
    """The two largest units, at least whole minutes; in Chinese with the blank that belongs before a figure."""
    if value < _MINUTE:
        return {"zh": "不到 1 分", "en": "less than 1 min"}[language]
    seconds = int(value.total_seconds())
    precision = 3_600 if seconds >= 86_400 else 60
    words = _units(seconds - seconds % precision, language)
    return f" {words}" if language == "zh" else words


def _units(seconds: int, language: Language) -> str:
    parts = []
    for zh, en, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(_unit(count, zh, en, language))
    return " ".join(parts)


def _unit(count: int, zh: str, en: str, language: Language) -> str:
    return f"{count} {zh if language == 'zh' else en}"
