"""Deferrals in the fold: applications, approvals, refusals, late ones; and a slow truth second by second."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import CalendarDays, Elapsed
from maintenance.clocks.events import ClockEvent, Kind
from maintenance.clocks.explain import explain
from maintenance.clocks.fold import ClockState, fold
from maintenance.clocks.tally import Remark
from maintenance.clocks.thresholds import standing, thresholds
from tests.maintenance.clock_facts import at, fact, folded, terms

SECOND = timedelta(seconds=1)
EIGHT_HOURS = terms(limit=timedelta(hours=8), key="repair")


def applied(when: str | datetime, deferral: int = 1) -> ClockEvent:
    return fact("applied", when, deferral=deferral)


def granted(when: str | datetime, until: str | datetime, deferral: int = 1) -> ClockEvent:
    end = at(until) if isinstance(until, str) else until
    return fact("extended", when, until=end.isoformat(), deferral=deferral)


def refused(when: str, deferral: int = 1, kind: Kind = "refused") -> ClockEvent:
    return fact(kind, when, deferral=deferral)


def remarks(state: ClockState) -> list[Remark]:
    return [step.remark for step in state.arithmetic]


def test_an_application_stops_nothing() -> None:
    state = folded([fact("started", "10:00"), applied("10:05")], "10:09")
    assert (state.due_at, state.warn_at, state.verdict, state.applied) == (at("10:10"), at("10:08"), "pending", True)


def test_a_breach_while_an_application_is_pending_is_provisional() -> None:
    events = [fact("started", "10:00"), applied("10:10:00")]
    assert not folded(events, "10:10:00").provisional_breach
    late = folded(events, "10:10:01")
    assert (late.verdict, late.provisional_breach, late.late) == ("breached", True, SECOND)


def test_approval_one_second_after_the_due_time_clears_the_breach() -> None:
    events = [fact("started", "10:00"), applied("10:10:00"), granted("10:10:01", "12:00")]
    state = folded(events, "11:00")
    assert (state.verdict, state.provisional_breach, state.due_at) == ("pending", False, at("12:00"))
    assert remarks(state)[-1] == "cleared"
    assert folded(events, "12:00:01").verdict == "breached"


def test_approval_one_second_before_the_due_time_leaves_nothing_to_clear() -> None:
    state = folded([fact("started", "10:00"), applied("10:05"), granted("10:09:59", "12:00")], "10:10:01")
    assert (state.verdict, state.due_at, remarks(state)[-1]) == ("pending", at("12:00"), "")


@pytest.mark.rule("R-090")
def test_a_refusal_makes_the_breach_final() -> None:
    """Limit 18:00, asked 15:00, refused 19:00: the breach at 18:00 stands."""
    events = [fact("started", "10:00"), applied("15:00")]
    pending = folded(events, "18:59", EIGHT_HOURS)
    assert (pending.due_at, pending.verdict, pending.provisional_breach) == (at("18:00"), "breached", True)
    state = folded([*events, refused("19:00")], "19:00", EIGHT_HOURS)
    assert (state.due_at, state.verdict, state.provisional_breach) == (at("18:00"), "breached", False)
    assert (state.late, remarks(state)[-1]) == (timedelta(hours=1), "final")
    assert folded(events, "18:00:00", EIGHT_HOURS).verdict == "pending"


def test_an_application_that_ends_undecided_leaves_the_original_time() -> None:
    events = [fact("started", "10:00"), applied("10:05"), fact("stopped", "10:20")]
    assert folded(events, "11:00").provisional_breach
    state = folded([*events, refused("11:00", kind="withdrawn")], "11:00")
    assert (state.verdict, state.provisional_breach, remarks(state)[-1]) == ("breached", False, "final")


def test_an_approval_after_the_stop_still_counts() -> None:
    events = [fact("started", "10:00"), applied("10:05"), fact("stopped", "10:20"), granted("10:30", "12:00")]
    state = folded(events, "13:00")
    assert (state.state, state.verdict, state.due_at) == ("met", "met", at("12:00"))
    later = folded([*events[:2], fact("stopped", "12:00:01"), granted("12:30", "12:00")], "13:00")
    assert (later.verdict, later.late) == ("breached", SECOND)
    stranger = folded([*events[:3], granted("10:30", "12:00", deferral=2)], "13:00")
    assert (stranger.verdict, remarks(stranger)[-1]) == ("breached", "already_ended")


@pytest.mark.rule("R-092")
def test_a_late_application_does_not_cover_the_gap() -> None:
    """The deferral ends 10 May 24:00, the next is asked for 11 May 09:00: 9 hours count, the ticket is overdue."""
    start, first_end = at("10:00", 6), at("00:00", 11)
    again, next_end = at("09:00", 11), at("00:00", 14)
    events = [
        fact("started", start),
        applied(at("12:00", 6)),
        granted(at("13:00", 6), first_end),
        applied(again, 2),
        granted(at("10:00", 11), next_end, 2),
    ]
    of = terms(limit=timedelta(days=1), key="repair")
    state = fold(events, of, Elapsed(), at("12:00", 11))
    assert (state.verdict, state.gap, state.late, state.due_at) == (
        "breached",
        timedelta(hours=9),
        timedelta(hours=9),
        next_end,
    )
    assert not state.provisional_breach
    assert [remark for remark in remarks(state) if remark] == ["late", "late"]
    met = fold([*events, fact("stopped", at("10:00", 13))], of, Elapsed(), at("12:00", 15))
    assert (met.verdict, met.late) == ("breached", timedelta(hours=9))
    in_time = [*events[:3], applied(first_end, 2), granted(at("10:00", 11), next_end, 2)]
    assert fold(in_time, of, Elapsed(), at("12:00", 11)).verdict == "pending"


def test_what_lies_beyond_the_deferral_is_late_as_well() -> None:
    events = [fact("started", "10:00"), applied("10:30"), granted("10:40", "11:00")]
    state = folded(events, "11:05")
    assert (state.gap, state.late) == (timedelta(minutes=20), timedelta(minutes=25))


@pytest.mark.parametrize(
    ("events", "remark"),
    [
        ([refused("10:06")], "not_applied"),
        ([applied("10:05"), applied("10:06")], "already_applied"),
        ([applied("10:05"), granted("10:06", "10:10")], "not_longer"),
        ([applied("10:05"), fact("paused", "10:06"), granted("10:07", "12:00")], "paused"),
        ([fact("stopped", "10:05"), applied("10:06")], "already_ended"),
        ([applied("10:05"), fact("voided", "10:06"), granted("10:07", "12:00")], "already_ended"),
        ([applied("10:05"), refused("10:06"), granted("10:30", "12:00")], "late"),
    ],
)
def test_facts_out_of_place(events: list[ClockEvent], remark: Remark) -> None:
    assert remarks(folded([fact("started", "10:00"), *events], "13:00"))[-1] == remark


def test_a_deferral_lights_everything_anew_at_its_own_times() -> None:
    state = folded([fact("started", "10:00"), applied("10:05"), granted("10:20", "11:20")], "10:30")
    lights = [(light.name, light.at) for light in thresholds(state, terms())]
    assert lights == [("warn+1", at("11:08")), ("breach+1", at("11:20")), ("escalate.1+1", at("11:25"))]


def test_a_deferral_granted_to_a_time_that_has_passed_is_told_once_at_the_grant() -> None:
    state = folded([fact("started", "10:00"), applied("10:05"), granted("10:40", "10:30")], "10:41")
    assert next((light.name, light.at) for light in thresholds(state, terms())) == ("breach+1", at("10:40"))
    assert (state.verdict, state.late) == ("breached", timedelta(minutes=11))


def test_lights_that_were_told_stay_and_say_what_became_of_them() -> None:
    events = [fact("started", "10:00"), applied("10:05")]
    pending, cleared = folded(events, "10:11"), folded([*events, granted("10:12", "12:00")], "10:30")
    final = folded([*events, refused("10:12")], "10:30")
    assert [standing("breach", "red", one) for one in (pending, cleared, final)] == ["provisional", "cleared", "stands"]
    assert [standing("warn", "yellow", one) for one in (pending, cleared, final)] == ["stands"] * 3
    assert standing("escalate.1+1", "red", folded([*events, granted("10:12", "12:00")], "12:10")) == "stands"
    late = folded([fact("started", "10:00"), applied("10:30"), granted("10:40", "12:00")], "11:00")
    assert standing("breach", "red", late) == "stands"


def test_why_is_this_late() -> None:
    events = [fact("started", "10:00"), applied("10:05")]
    pending, of = folded(events, "10:12"), terms()
    assert explain(pending, of)[0].zh == "报修 10:00:00 起，响应未完成，限时 10 分钟，超 2 分钟（延时申请未决，暂定）"
    cleared = [line.zh for line in explain(folded([*events, granted("10:12", "12:00")], "10:30"), of)]
    assert cleared[0] == "报修 10:00:00 起，响应未完成，限时 10 分钟，余 1 小时 30 分钟"
    assert cleared[2] == "10:00:00 起 10 分钟，计入暂停与延期，应于 12:00:00 前完成"
    assert cleared[-2:] == ["10:05:00 申请延时", "10:12:00 延期，至 12:00:00，申请早于时限，撤销其间的超时"]
    final = explain(folded([*events, refused("10:12")], "10:30"), of)
    assert (final[0].zh, final[-1].zh) == (
        "报修 10:00:00 起，响应未完成，限时 10 分钟，超 20 分钟",
        "10:12:00 不同意延时，维持原时限，超时成立",
    )
    late = explain(folded([fact("started", "10:00"), applied("10:30"), granted("10:40", "12:00")], "11:00"), of)
    assert late[0].zh == "报修 10:00:00 起，响应未完成，限时 10 分钟，超 20 分钟（其中申请前空档 20 分钟）"
    assert late[0].en.endswith("over by 20 min (20 min of it before the application)")
    assert late[-1].zh == "10:40:00 延期，至 12:00:00，申请晚于时限，其间空档照算"


def test_the_same_day_deferred() -> None:
    same_day = terms(limit=timedelta(0), calendar="calendar_days", key="same_day_close")
    events = [fact("started", "20:00"), applied("23:59:59"), granted(at("00:00:01", 7), at("18:00", 7))]
    state = fold(events, same_day, CalendarDays(), at("09:00", 7))
    assert (state.verdict, state.due_at, remarks(state)[-1]) == ("pending", at("18:00", 7), "cleared")


# -- a slow truth ---------------------------------------------------------------------------------------------


def slow_truth(events: list[ClockEvent], start: datetime, limit: int, now: int) -> tuple[str, bool, int]:
    """(verdict, provisional, seconds late) of one clock with deferrals and without pauses, by counting seconds.

    A second is late if it lies after the due time that holds for it in the end. Which seconds those are is asked of
    every single one: those up to a granted application are judged by the due time at that application, if it was late.
    """
    facts = sorted(events[1:], key=lambda e: e.at)
    due, stop, pending, gaps = limit, None, dict[Any, tuple[int, int]](), set[int]()
    for event in facts:
        second = int((event.at - start) / SECOND)
        number = event.data.get("deferral")
        if second > now:
            break
        if event.kind == "stopped":
            stop = second if stop is None else stop
        elif event.kind == "applied" and stop is None and number not in pending:
            pending[number] = (second, due)
        elif event.kind == "refused":
            pending.pop(number, None)
        elif event.kind == "extended" and (stop is None or number in pending):
            lodged, then = pending.pop(number, (second, due))
            until = int((datetime.fromisoformat(event.data["until"]) - start) / SECOND)
            if until > due:
                gaps |= {one for one in range(lodged) if one >= then}
                due = until
    end = now if stop is None else stop
    late = len({one for one in range(end) if one >= due} | gaps)
    verdict = "breached" if late else "pending" if stop is None else "met"
    may_clear = any(lodged <= then for lodged, then in pending.values())
    return verdict, verdict == "breached" and not gaps and may_clear, late


def some_fact(drawn: tuple[Kind, int, int, int]) -> ClockEvent:
    kind, second, deferral, until = drawn
    start = at("10:00")
    data: dict[str, Any] = {} if kind == "stopped" else {"deferral": deferral}
    if kind == "extended":
        data["until"] = (start + until * SECOND).isoformat()
    return ClockEvent(kind, start + second * SECOND, start + second * SECOND, data=data)


KINDS: list[Kind] = ["stopped", "applied", "applied", "extended", "extended", "refused"]
FACTS = st.tuples(st.sampled_from(KINDS), st.integers(1, 60), st.integers(1, 3), st.integers(1, 90))


@settings(derandomize=True, max_examples=500, deadline=None)
@given(st.lists(FACTS, max_size=9), st.integers(1, 40), st.integers(0, 100))
def test_the_fold_agrees_with_a_count_second_by_second(drawn: list[Any], limit: int, now: int) -> None:
    start = at("10:00")
    events = [fact("started", start), *(some_fact(one) for one in drawn)]
    state = fold(events, terms(limit=limit * SECOND), Elapsed(), start + now * SECOND)
    seen = (state.verdict, state.provisional_breach, state.late // SECOND)
    assert seen == slow_truth(events, start, limit, now)
