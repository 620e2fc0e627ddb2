"""How wrong passwords lock a name or an address. Pure figures; the rows are kept by `accounts.attempts`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
NAME_LIMIT = 5  # wrong passwords of one name within the window
ADDRESS_LIMIT = 30  # wrong passwords of one address within the window
LONGEST_WAIT_MINUTES = 60
FORGET = timedelta(hours=24)  # without a try for so long, the next lock begins at one minute again


@dataclass(frozen=True)
class Tally:
    """What is remembered of the wrong passwords of one name or one address."""

    failures: int  # within the window
    since: datetime  # the window's beginning
    last_at: datetime
    locks: int = 0  # locks in a row
    locked_until: datetime | None = None


def locked_minutes(tally: Tally | None, now: datetime) -> int:
    """Whole minutes still to wait, rounded up; 0 when not locked."""
    if tally is None or tally.locked_until is None or now >= tally.locked_until:
        return 0
    return -(-(tally.locked_until - now) // timedelta(minutes=1))


def count_name(tally: Tally | None, now: datetime) -> Tally:
    """One more try of a name: five within 15 minutes lock it for 1 minute, each later one for 2, 4, 8 … 60 minutes."""
    tally = _in_window(tally, now)
    if not tally.locks and tally.failures < NAME_LIMIT:
        return tally
    wait = min(2**tally.locks, LONGEST_WAIT_MINUTES)
    return replace(tally, locks=tally.locks + 1, locked_until=now + timedelta(minutes=wait))


def count_address(tally: Tally | None, now: datetime) -> Tally:
    """One more try from an address: after 30 within 15 minutes it waits until the window is over."""
    tally = _in_window(tally, now)
    return replace(tally, locked_until=tally.since + WINDOW if tally.failures >= ADDRESS_LIMIT else None)


def take_back(tally: Tally) -> Tally:
    """The try counted last was right: an office behind one address is not locked by signing in."""
    return replace(tally, failures=max(tally.failures - 1, 0), locks=max(tally.locks - 1, 0), locked_until=None)


def _in_window(tally: Tally | None, now: datetime) -> Tally:
    if tally is None or now - tally.last_at >= FORGET:
        return Tally(1, now, now)
    if now - tally.since >= WINDOW:
        return replace(tally, failures=1, since=now, last_at=now)
    return replace(tally, failures=tally.failures + 1, last_at=now)
