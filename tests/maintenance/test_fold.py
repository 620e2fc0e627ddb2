"""Clocks folded from facts: rules with their figures, every odd order, and a slow truth second by second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import CalendarDays, DayTable, Elapsed, WorkingDays
from maintenance.clocks.events import ClockEvent
from maintenance.clocks.fold import fold
from maintenance.clocks.starting import starts
from maintenance.clocks.terms import ClockTerms
from tests.maintenance.clock_facts import FC, at, fact, fc, folded, level_1, terms

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def test_level_1_response_takes_10_minutes_at_most() -> None:
    late = fc("respond", "10:10:01")
    assert (late.verdict, late.state, late.due_at) == ("breached", "breached", at("10:10:00"))
    assert late.elapsed_wall == timedelta(minutes=10, seconds=1)
    assert fc("respond", "10:10:00").verdict == "met"


def test_level_1_arrival_takes_30_minutes_at_most() -> None:
    assert fc("arrive", "10:30:00").verdict == "met"
    assert fc("arrive", "10:30:01").verdict == "breached"


def test_level_1_diagnosis_takes_2_hours_at_most() -> None:
    """At 12:00:01 only the diagnosis is late; the repair still has time."""
    stops = {"respond": "10:09:00", "arrive": "10:29:00", "diagnose": None, "repair": None}
    verdicts = {stage: fc(stage, stop, now="12:00:01").verdict for stage, stop in stops.items()}
    assert verdicts == {"respond": "met", "arrive": "met", "diagnose": "breached", "repair": "pending"}
    assert fc("diagnose", None, now="12:00:00").verdict == "pending"
    assert fc("diagnose", "12:00:01").verdict == "breached"
    assert fc("diagnose", "12:00:00").verdict == "met"


def test_level_1_repair_takes_4_hours_at_most() -> None:
    assert fc("repair", "13:59:00").verdict == "met"
    assert fc("repair", "14:00:00").verdict == "met"
    assert fc("repair", "14:00:01").verdict == "breached"


def test_a_stop_in_the_same_whole_second_as_the_due_time_is_met() -> None:
    assert fc("respond", "10:10:00.999999").verdict == "met"
    assert fc("respond", "10:10:01.000000", report="10:00:00.999999").verdict == "breached"
    assert fc("respond", "10:10:00.999999", report="10:00:00.000001").due_at == at("10:10:00")


def test_a_late_clock_runs_until_it_is_stopped() -> None:
    late = fc("respond", None, now="10:10:01")
    assert (late.state, late.verdict, late.stopped_at) == ("running", "breached", None)
    assert fc("respond", None, now="10:10:00.999").verdict == "pending"


def test_what_is_stored_does_not_depend_on_the_hour() -> None:
    cached = {
        (s.state, s.started_at, s.due_at, s.stopped_at) for s in (fc("respond", None, n) for n in ("10:01", "22:00"))
    }
    assert cached == {("running", at("10:00"), at("10:10"), None)}


def test_a_pause_moves_due_and_warning() -> None:
    events = [fact("started", "10:00"), fact("paused", "10:02"), fact("resumed", "10:32")]
    state = folded(events, "10:35")
    assert (state.warn_at, state.due_at) == (at("10:38"), at("10:40"))
    assert (state.elapsed_wall, state.elapsed_counted, state.paused_total) == (35 * MINUTE, 5 * MINUTE, 30 * MINUTE)


def test_a_pause_after_the_warning_leaves_it_where_it_was() -> None:
    state = folded([fact("started", "10:00"), fact("paused", "10:09"), fact("resumed", "10:19")], "10:19")
    assert (state.warn_at, state.due_at) == (at("10:08"), at("10:20"))


def test_a_paused_clock_has_no_due_time() -> None:
    state = folded([fact("started", "10:00"), fact("paused", "10:09")], "18:00")
    assert (state.state, state.verdict, state.due_at, state.warn_at) == ("paused", "pending", None, at("10:08"))
    assert (state.elapsed_counted, state.paused_total) == (9 * MINUTE, timedelta(hours=7, minutes=51))


def test_a_pause_in_the_second_it_is_due_still_counts() -> None:
    events = [fact("started", "10:00"), fact("paused", "10:10:00"), fact("resumed", "11:00")]
    assert folded(events, "11:00:00").verdict == "pending"
    assert folded(events, "11:00:01").verdict == "breached"


def test_a_pause_after_a_breach_heals_nothing() -> None:
    events = [fact("started", "10:00"), fact("paused", "10:10:01"), fact("stopped", "10:30")]
    state = folded(events, "11:00")
    assert (state.verdict, state.due_at) == ("breached", at("10:10"))


def test_a_stop_ends_the_pause() -> None:
    state = folded([fact("started", "10:00"), fact("paused", "10:04"), fact("stopped", "12:00")], "13:00")
    assert (state.state, state.elapsed_counted, state.paused_total) == ("met", 4 * MINUTE, 116 * MINUTE)
    assert state.due_at == at("12:06")


def test_a_clock_that_cannot_be_paused_says_so() -> None:
    state = folded([fact("started", "10:00"), fact("paused", "10:02")], "10:30", terms(pausable=False))
    assert (state.verdict, state.arithmetic[1].remark) == ("breached", "not_pausable")


def test_a_new_limit_keeps_elapsed_and_pauses() -> None:
    events = [
        fact("started", "10:00"),
        fact("paused", "10:05"),
        fact("resumed", "10:25"),
        fact("retargeted", "10:26", limit="PT15M", source="FC 5.2 二级"),
    ]
    state = folded(events, "10:30")
    assert (state.due_at, state.warn_at, state.limit, state.source) == (
        at("10:35"),
        at("10:32"),
        15 * MINUTE,
        "FC 5.2 二级",
    )
    assert (state.elapsed_counted, state.judged_from) == (10 * MINUTE, at("10:26"))


def test_a_shorter_limit_may_be_past_at_once() -> None:
    events = [fact("started", "10:00"), fact("retargeted", "10:08", limit="PT5M", source="x")]
    assert folded(events, "10:08").verdict == "breached"


def test_a_deferral_applied_for_in_time_moves_the_due_time_to_its_end() -> None:
    events = [fact("started", "10:00"), fact("extended", "10:05", until=at("12:05").isoformat())]
    state = folded(events, "11:00")
    assert (state.due_at, state.warn_at, state.verdict) == (at("12:05"), at("11:41"), "pending")


def test_a_later_pause_moves_a_deferral_too() -> None:
    """The warning comes at 80 % of the deferral, also where that of the limit had come before."""
    events = [
        fact("started", "10:00"),
        fact("extended", "10:09", until=at("11:09").isoformat()),
        fact("paused", "11:00"),
        fact("resumed", "11:10"),
    ]
    state = folded(events, "11:10")
    assert (state.warn_at, state.due_at) == (at("10:57"), at("11:19"))


@pytest.mark.parametrize(
    ("before", "when", "until", "remark"),
    [
        ([], "10:05", "10:10", "not_longer"),
        ([fact("paused", "10:04")], "10:05", "12:00", "paused"),
    ],
)
def test_deferrals_that_do_not_count(before: list[ClockEvent], when: str, until: str, remark: str) -> None:
    events = [fact("started", "10:00"), *before, fact("extended", when, until=at(until).isoformat())]
    assert folded(events, "10:30").arithmetic[-1].remark == remark
    assert folded(events, "10:30").due_at == folded(events[:-1], "10:30").due_at


def test_a_cancelled_ticket_voids_its_running_clocks_only() -> None:
    void = folded([fact("started", "10:00"), fact("voided", "10:30")], "11:00")
    assert (void.state, void.verdict, void.stopped_at) == ("void", "void", at("10:30"))
    met = folded([fact("started", "10:00"), fact("stopped", "10:05"), fact("voided", "10:30")], "11:00")
    assert (met.state, met.verdict, met.arithmetic[-1].remark) == ("met", "met", "already_ended")


def test_facts_count_in_the_order_they_took_effect() -> None:
    """A pause told an hour later by telephone is judged as of its time."""
    told = [
        fact("started", "10:00"),
        fact("stopped", "10:30"),
        fact("paused", "10:05", "11:30"),
        fact("resumed", "10:25", "11:31"),
    ]
    state = folded(told, "12:00")
    assert [step.event.kind for step in state.arithmetic] == ["started", "paused", "resumed", "stopped"]
    assert (state.verdict, state.due_at, state.elapsed_counted) == ("met", at("10:30"), 10 * MINUTE)


def test_facts_of_one_instant_count_in_the_order_they_were_told() -> None:
    started, paused = fact("started", "10:00"), fact("paused", "10:05", "10:06")
    resumed = fact("resumed", "10:05", "10:05")  # the database's clock stepped back before this was recorded
    state = folded([started, paused, resumed], "10:30")
    assert (state.state, state.paused_total) == ("running", timedelta(0))
    assert folded([started, resumed, paused], "10:30").state == "paused"
    together = [fact("started", "10:00"), fact("stopped", "10:05"), fact("voided", "10:05")]
    assert folded(together, "10:30").state == "met"


def test_facts_that_say_it_twice_are_kept_with_a_remark() -> None:
    events = [
        fact("paused", "09:59"),
        fact("started", "10:00"),
        fact("started", "10:01"),
        fact("resumed", "10:02"),
        fact("paused", "10:03"),
        fact("paused", "10:04"),
        fact("stopped", "10:05"),
        fact("stopped", "10:06"),
    ]
    state = folded(events, "11:00")
    assert [step.remark for step in state.arithmetic] == [
        "not_started", "", "already_started", "not_paused", "", "already_paused", "", "already_ended",
    ]  # fmt: skip
    assert (state.started_at, state.stopped_at, state.paused_total) == (at("10:00"), at("10:05"), 2 * MINUTE)


def test_later_facts_are_not_looked_at() -> None:
    events = [fact("started", "10:00"), fact("stopped", "10:05")]
    assert (folded(events, "10:04").state, folded(events, "10:05").state) == ("running", "met")


def test_a_clock_needs_its_start_and_aware_times() -> None:
    with pytest.raises(ValueError, match="has not started"):
        folded([], "10:00")
    with pytest.raises(ValueError, match="aware"):
        folded([fact("started", datetime(2026, 5, 6))], "10:00")  # noqa: DTZ001 - the point of the test


def test_the_same_day_ends_at_24_00() -> None:
    same_day = terms(limit=timedelta(0), calendar="calendar_days")
    events = [fact("started", "20:00"), fact("stopped", at("00:00", day=7))]
    state = fold(events, same_day, CalendarDays(), at("09:00", day=7))
    assert (state.verdict, state.due_at, state.warn_at) == ("met", at("00:00", day=7), at("23:12"))
    late = [events[0], fact("stopped", at("00:00:01", day=7))]
    assert fold(late, same_day, CalendarDays(), at("09:00", day=7)).verdict == "breached"


def test_working_days_beyond_the_table_are_provisional() -> None:
    days = WorkingDays(DayTable({}, at("00:00", 1).date(), at("00:00", 7).date()))  # published to Thursday 7 May
    due = {n: fold([fact("started", "10:00")], terms(limit=timedelta(days=n)), days, at("10:00")) for n in (1, 2)}
    assert (due[1].due_at, due[1].provisional) == (at("00:00", day=8), False)
    assert (due[2].due_at, due[2].provisional) == (at("00:00", day=9), True)


def test_rework_does_not_start_a_clock_again() -> None:
    assert [starts([], "repair"), starts(["respond"], "repair")] == [True, True]
    assert not starts(["respond", "repair"], "repair")


def test_terms_survive_being_stored() -> None:
    for stage in FC.stages:
        stored = level_1(stage).as_dict()
        assert ClockTerms.from_dict(stored) == level_1(stage)
    assert stored["limit"] == "PT4H"


def slow_truth(events: list[ClockEvent], start: datetime, limit: int, now: int) -> tuple[str, int, int]:
    """Second by second, with counters: (verdict, counted, paused) at `now` seconds after the start."""
    counted = paused = 0
    is_paused, ended = False, ""
    queue = sorted(events[1:], key=lambda e: (e.at, e.recorded_at))
    for second in range(now + 1):
        if second:
            counted, paused = counted + (not is_paused), paused + is_paused
        while queue and int((queue[0].at - start) / SECOND) == second:
            event = queue.pop(0)
            if event.kind == "retargeted":
                limit = int(event.data["limit"][2:-1])
            is_paused = {"paused": True, "resumed": False}.get(event.kind, is_paused)
            ended = event.kind if event.kind in ("stopped", "voided") else ""
            if ended:
                break
        if ended:
            break
    if ended == "voided":
        return "void", counted, paused
    return ("breached" if counted > limit else "met" if ended else "pending"), counted, paused


def some_fact(drawn: tuple[str, int, int, int]) -> ClockEvent:
    kind, at_ms, told_ms, limit = drawn
    start = at("10:00")
    data: dict[str, Any] = {"limit": f"PT{limit}S", "source": "x"} if kind == "retargeted" else {}
    moment, told = (start + timedelta(milliseconds=ms) for ms in (at_ms, told_ms))
    return ClockEvent(kind, moment, told, data=data)  # type: ignore[arg-type]


FACTS = st.tuples(
    st.sampled_from(["stopped", "paused", "resumed", "retargeted", "voided"]),
    st.integers(1, 120_000),
    st.integers(0, 200_000),
    st.integers(1, 100),
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(FACTS, max_size=8), st.integers(1, 100), st.integers(0, 130))
def test_the_fold_agrees_with_a_count_second_by_second(drawn: list[Any], limit: int, now: int) -> None:
    start = at("10:00")
    events = [fact("started", start), *(some_fact(one) for one in drawn)]
    state = fold(events, terms(limit=limit * SECOND), Elapsed(), start + now * SECOND)
    counted, paused = state.elapsed_counted // SECOND, state.paused_total // SECOND
    assert (state.verdict, counted, paused) == slow_truth(events, start, limit, now)
    assert state.elapsed_wall == state.elapsed_counted + state.paused_total
    assert state.started_at.tzinfo is UTC
