"""Limits as text: ISO 8601 for files and rows, words for people."""

from __future__ import annotations

import re
from datetime import timedelta

_ISO = re.compile(r"P(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?")
_UNITS = ((86400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min"), (1, "秒", "s"))


def parse(text: str) -> timedelta:
    """Read `P1D`, `PT10M`, `PT1H30M` (days, hours, minutes, seconds; never negative). ValueError on anything else."""
    match = _ISO.fullmatch(text)
    if match is None or text == "P":
        raise ValueError(f"not a duration: {text!r}")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def write(duration: timedelta) -> str:
    """The ISO 8601 text of a duration of whole seconds, such that `parse` gives it back."""
    days, rest = duration.days, duration.seconds
    hours, minutes, seconds = rest // 3600, rest % 3600 // 60, rest % 60
    date_part = f"{days}D" if days else ""
    time_part = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    if not date_part and not time_part:
        return "P0D"
    return f"P{date_part}" + (f"T{time_part}" if time_part else "")


def words(duration: timedelta, language: str) -> str:
    """“1 小时 30 分钟” or “1 h 30 min”; `language` is "zh" or "en". Parts of a second are dropped."""
    rest, parts = int(duration.total_seconds()), []
    for size, zh, en in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {zh if language == 'zh' else en}")
    return " ".join(parts) or ("0 秒" if language == "zh" else "0 s")


def limit_words(limit: timedelta, calendar: str, language: str) -> str:
    """A limit as its calendar counts it: “10 分钟”, “当日 24:00”, “3 个工作日”."""
    zh = language == "zh"
    if calendar not in ("calendar_days", "working_days"):
        return words(limit, language)
    if not limit:
        return "当日 24:00" if zh else "24:00 the same day"
    if calendar == "working_days":
        return f"{limit.days} 个工作日" if zh else f"{limit.days} working days"
    return f"{limit.days} 天" if zh else f"{limit.days} calendar days"
