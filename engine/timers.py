"""When a waiting timer is due: the drawing's ISO 8601 text or expression, turned into an instant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.definition.model import ElementModel, TimerModel
from engine.durations import Cycle, Duration, InvalidTime, parse_cycle, parse_duration, parse_instant
from engine.errors import EngineError

MAX_FIRINGS_AT_ONE_TIME = 100
"""Of a re-arming timer that answers the very time at which it has fired: several thresholds may meet, but not more."""


class TimerNeverEnds(EngineError):
    """The timer fires again and again for the same time, {due}."""

    code, status = "timer_never_ends", 422
    zh = "定时器在同一时刻 {due} 反复触发，请检查其表达式。"


@dataclass(frozen=True)
class Arming:
    """What is known of a timer when it is asked. All instants are UTC."""

    armed_at: datetime  # when it began to wait
    now: datetime
    firings: int  # so far
    last_due: datetime | None  # the due time at which it fired last; None when it is not asked because it has fired
    due: datetime | None = None  # what it waits for at present; None when it is armed anew


def arm(element: ElementModel, evaluate: Callable[[str], Any], arming: Arming) -> datetime | None:
    """The next due instant (UTC), or None: not armed.

    A duration counts from the arming. A date is an instant, also one that has passed (it fires at once).
    A cycle fires at equal distances from its start; cycles missed while nobody looked are one firing, and asked
    again between two firings it keeps the next one.
    Raises InvalidTime for an answer that is no time, TimerNeverEnds, and ExpressionError.
    """
    timer = element.timer
    if timer is None:
        raise InvalidTime(text=element.id)
    answer = evaluate(timer.text) if "${" in timer.text else timer.text
    if answer is None:
        return None
    return _READ[timer.kind](answer, arming, timer)


def _duration(answer: Any, arming: Arming, timer: TimerModel) -> datetime:
    if isinstance(answer, timedelta):
        if answer < timedelta():
            raise InvalidTime(text=str(answer))
        return arming.armed_at + answer
    return parse_duration(_text(answer)).after(arming.armed_at)


def _date(answer: Any, arming: Arming, timer: TimerModel) -> datetime:
    if isinstance(answer, datetime) and answer.tzinfo is None:
        raise InvalidTime(text=answer.isoformat())
    due = answer if isinstance(answer, datetime) else parse_instant(_text(answer))
    if due == arming.last_due and arming.firings >= MAX_FIRINGS_AT_ONE_TIME:
        raise TimerNeverEnds(due=due.isoformat())
    return due


def _cycle(answer: Any, arming: Arming, timer: TimerModel) -> datetime | None:
    cycle: Cycle = parse_cycle(_text(answer))
    if cycle.repetitions is not None and arming.firings >= cycle.repetitions:
        return None
    if not arming.firings:
        return cycle.start or cycle.interval.after(arming.armed_at)
    if arming.due is not None:
        return arming.due
    return _next_round(cycle.interval, arming.last_due or arming.armed_at, arming.now)


def _next_round(interval: Duration, last: datetime, now: datetime) -> datetime:
    """The first round after `last` that is later than `now`. Equal spans are counted, not walked."""
    if interval.is_exact:
        missed = max(0, (now - last) // interval.exact)
        return last + (missed + 1) * interval.exact
    due = interval.after(last)
    while due <= now:
        due = interval.after(due)
    return due


def _text(answer: Any) -> str:
    if not isinstance(answer, str):
        raise InvalidTime(text=str(answer))
    return answer


_READ: dict[str, Callable[[Any, Arming, TimerModel], datetime | None]] = {
    "duration": _duration,
    "date": _date,
    "cycle": _cycle,
}
