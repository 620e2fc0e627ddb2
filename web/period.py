"""A period in an address: today, the last 7 or 30 days, this or the last month, or from one day to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from maintenance.queries.ticket_filter import Span
from web.dates import SHANGHAI
from web.words import _

KEYS = ("today", "7", "30", "month", "last_month")
CUSTOM = "custom"
MAX_DAYS = 366


class BadPeriod(ValueError):
    """What was typed is no period; the argument says so in the reader's language."""


@dataclass(frozen=True)
class Period:
    """Whole days in Shanghai, both included."""

    key: str  # one of KEYS, or CUSTOM
    first: date
    last: date

    @property
    def span(self) -> Span:
        return days(self.first, self.last)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def address(self) -> dict[str, str]:
        """What stands for it in an address."""
        if self.key != CUSTOM:
            return {"period": self.key}
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def period(asked: Mapping[str, str], now: datetime, default: str = "30") -> Period:
    """From the parameters `period`, `from` and `to` of an address. Raises BadPeriod; an unknown key is the default."""
    today = now.astimezone(SHANGHAI).date()
    first, last = parse_day(asked.get("from")), parse_day(asked.get("to"))
    if first is None and last is None:
        key = asked.get("period", default)
        return _named(key if key in KEYS else default, today)
    first = first or last or today
    last = last or max(first, today)
    if last < first:
        raise BadPeriod(_("The first day lies after the last one."))
    if (last - first).days >= MAX_DAYS:
        raise BadPeriod(_("A period has at most %(days)s days.", days=MAX_DAYS))
    return Period(CUSTOM, first, last)


def words(key: str) -> str:
    known = {
        "today": _("Today"),
        "7": _("7 days"),
        "30": _("30 days"),
        "month": _("This month"),
        "last_month": _("Last month"),
    }
    return known.get(key, key)


def days(first: date, last: date) -> Span:
    """From the first moment of one day in Shanghai to the last of another."""
    return Span(_midnight(first), _midnight(last + timedelta(days=1)))


def parse_day(text: str | None) -> date | None:
    """None for nothing. Raises BadPeriod."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadPeriod(_("“%(text)s” is no day.", text=text[:20])) from None
    if not 2000 <= found.year < 2100:
        raise BadPeriod(_("“%(text)s” is no day.", text=text[:20]))
    return found


def _named(key: str, today: date) -> Period:
    first_of_month = today.replace(day=1)
    if key == "month":
        return Period(key, first_of_month, today)
    if key == "last_month":
        last = first_of_month - timedelta(days=1)
        return Period(key, last.replace(day=1), last)
    back = {"today": 0, "7": 6}.get(key, 29)
    return Period(key, today - timedelta(days=back), today)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
