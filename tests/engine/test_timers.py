"""Timers: the drawing's text or answer as a due time (pure)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.definition.model import ElementModel, TimerKind, TimerModel
from engine.durations import InvalidTime
from engine.timers import Arming, arm
from tests.conftest import T0


def element(kind: TimerKind, text: str) -> ElementModel:
    return ElementModel("t", "boundaryEvent", "", "p", timer=TimerModel(kind, text))


def due(kind: TimerKind, answer: Any, **arming: Any) -> datetime | None:
    """What a timer whose expression gives `answer` waits for."""
    known = {"armed_at": T0, "now": T0, "firings": 0, "last_due": None, **arming}
    return arm(element(kind, "${x}"), lambda _: answer, Arming(**known))


def minutes(number: float) -> datetime:
    return T0 + timedelta(minutes=number)


def test_a_plain_text_is_not_evaluated() -> None:
    arming = Arming(T0, minutes(3), 0, None)
    assert arm(element("duration", "PT10M"), pytest.fail, arming) == minutes(10)
    assert arm(element("date", "2026-11-20T12:00:00+08:00"), pytest.fail, arming) == T0 + timedelta(hours=2)
    assert arm(element("cycle", "R3/PT10M"), pytest.fail, arming) == minutes(10)


@pytest.mark.parametrize("kind", ["duration", "date", "cycle"])
def test_null_is_not_armed(kind: TimerKind) -> None:
    assert due(kind, None) is None


def test_a_duration_counts_from_the_arming() -> None:
    assert due("duration", "PT10M", now=minutes(4)) == minutes(10)
    assert due("duration", timedelta(minutes=7), now=minutes(4)) == minutes(7)
    assert due("duration", timedelta(0)) == T0


def test_a_date_may_have_passed() -> None:
    assert due("date", minutes(-5)) == minutes(-5)
    assert due("date", "2026-11-20T09:00") == datetime(2026, 11, 20, 1, tzinfo=UTC)


def test_a_cycle_keeps_equal_distances_and_ends() -> None:
    firings = [due("cycle", "R3/PT10M")]
    for number in (1, 2, 3):
        late = minutes(10 * number + 2)
        firings.append(due("cycle", "R3/PT10M", now=late, firings=number, last_due=minutes(10 * number)))
    assert firings == [minutes(10), minutes(20), minutes(30), None]


def test_missed_rounds_of_a_cycle_are_one() -> None:
    assert due("cycle", "R/PT10M", now=minutes(45), firings=1, last_due=minutes(10)) == minutes(50)
    assert due("cycle", "R/PT10M", now=minutes(40), firings=1, last_due=minutes(10)) == minutes(50)


def test_rounds_missed_for_decades_are_counted_not_walked() -> None:
    """One firing held the write lock for 22 s of CPU when each missed minute was walked."""
    began = time.process_time()
    last = datetime(1970, 1, 1, 0, 0, 30, tzinfo=UTC)
    assert due("cycle", "R/PT1M", now=T0, firings=1, last_due=last) == T0 + timedelta(seconds=30)
    assert due("cycle", "R/P1D", now=T0, firings=1, last_due=last) == datetime(2026, 11, 21, 0, 0, 30, tzinfo=UTC)
    assert time.process_time() - began < 2.5


def test_a_cycle_with_a_start() -> None:
    text = "R2/2026-11-20T12:00:00+08:00/PT1H"
    assert due("cycle", text) == minutes(120)
    assert due("cycle", text, now=minutes(121), firings=1, last_due=minutes(120)) == minutes(180)


def test_a_cycle_asked_between_two_firings_keeps_the_next_one() -> None:
    """Also one that is overdue: it is still to be fired."""
    text = "R/2026-11-20T12:00:00+08:00/PT1H"
    assert due("cycle", text, now=minutes(150), firings=1, due=minutes(180)) == minutes(180)
    assert due("cycle", "R/PT10M", now=minutes(21), firings=1, due=minutes(20)) == minutes(20)
    assert due("cycle", "R1/PT10M", now=minutes(21), firings=1, due=minutes(20)) is None


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("duration", "soon"),
        ("duration", 600),
        ("duration", "-PT10M"),
        ("duration", timedelta(minutes=-1)),
        ("duration", True),
        ("date", datetime(2026, 11, 20)),  # noqa: DTZ001
        ("date", "2026-11-20"),
        ("date", 1_700_000_000),
        ("date", []),
        ("cycle", "R3/PT1S"),
        ("cycle", "PT10M"),
        ("cycle", timedelta(minutes=10)),
    ],
)
def test_an_answer_that_is_no_time_is_refused(kind: TimerKind, answer: Any) -> None:
    with pytest.raises(InvalidTime):
        due(kind, answer)


def test_an_event_without_a_timer_is_refused() -> None:
    with pytest.raises(InvalidTime):
        arm(ElementModel("t", "boundaryEvent", "", "p"), pytest.fail, Arming(T0, T0, 0, None))
