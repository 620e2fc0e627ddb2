"""Yellow, red, and red again one superior higher: when, to whom, and once each."""

from __future__ import annotations

from datetime import timedelta

from maintenance.clocks.thresholds import Level, Threshold, next_threshold, thresholds
from tests.maintenance.clock_facts import at, fact, fc, folded, level_1, terms

STAGES = ("respond", "arrive", "diagnose", "repair")


def lights(stage: str, now: str = "10:00:00") -> list[tuple[str, str, int, str, str | None]]:
    found = thresholds(fc(stage, None, now), level_1(stage))
    return [(t.name, t.level, t.step, f"{t.at.astimezone(at('10:00').tzinfo):%H:%M:%S}", t.escalate_to) for t in found]


def test_the_lights_of_a_level_1_response() -> None:
    assert lights("respond") == [
        ("warn", "yellow", 0, "10:08:00", None),
        ("breach", "red", 0, "10:10:00", "contractor_lead"),
        ("escalate.1", "red", 1, "10:20:00", "owner_approver"),
    ]
    assert lights("respond", now="22:00:00") == lights("respond")


def test_the_lights_of_the_other_stages() -> None:
    assert {stage: [light[3] for light in lights(stage)] for stage in STAGES[1:]} == {
        "arrive": ["10:24:00", "10:30:00", "10:40:00"],
        "diagnose": ["11:36:00", "12:00:00", "12:10:00"],
        "repair": ["13:12:00", "14:00:00", "14:10:00"],
    }


def test_only_a_running_clock_has_lights() -> None:
    started = fact("started", "10:00")
    for end in (fact("paused", "10:01"), fact("stopped", "10:01"), fact("voided", "10:01")):
        assert thresholds(folded([started, end], "10:30"), terms()) == []
    late_and_paused = folded([started, fact("paused", "10:30")], "10:40")
    assert (late_and_paused.verdict, thresholds(late_and_paused, terms())) == ("breached", [])


def test_a_chain_may_be_long_or_empty() -> None:
    state = folded([fact("started", "10:00")], "10:00")
    found = thresholds(state, terms(chain=("a", "b", "c", "d")))
    assert [(t.name, t.escalate_to, t.at) for t in found[1:]] == [
        ("breach", "a", at("10:10")),
        ("escalate.1", "b", at("10:15")),
        ("escalate.2", "c", at("10:20")),
        ("escalate.3", "d", at("10:25")),
    ]
    assert [(t.name, t.escalate_to) for t in thresholds(state, terms(chain=()))] == [("warn", None), ("breach", None)]


def test_a_new_limit_already_past_is_told_once_and_without_a_warning() -> None:
    events = [fact("started", "10:00"), fact("retargeted", "10:08", limit="PT5M", source="x")]
    found = thresholds(folded(events, "10:08"), terms())
    assert [(t.name, t.at) for t in found] == [("breach", at("10:08")), ("escalate.1", at("10:13"))]


def test_a_new_limit_with_its_warning_past_warns_at_the_change() -> None:
    events = [fact("started", "10:00"), fact("retargeted", "10:08", limit="PT9M", source="x")]
    found = thresholds(folded(events, "10:08"), terms())
    assert [(t.name, t.at) for t in found[:2]] == [("warn", at("10:08")), ("breach", at("10:09"))]


def drain(level: Level, now: str = "10:00:00") -> list[tuple[str, str]]:
    """Record the next light until none is left, as the re-arming timer does."""
    clocks = [(fc(stage, None, now), level_1(stage)) for stage in STAGES]
    recorded: set[tuple[str, str]] = set()
    found: list[Threshold] = []
    while (light := next_threshold(clocks, recorded, level)) is not None:
        recorded.add((light.clock_key, light.name))
        found.append(light)
    assert [light.at for light in found] == sorted(light.at for light in found)
    return [(light.clock_key, light.name) for light in found]


def test_a_ticket_left_alone_lights_each_lamp_once_in_order_of_time() -> None:
    assert drain("yellow") == [(stage, "warn") for stage in STAGES]
    assert drain("red") == [
        ("respond", "breach"),
        ("respond", "escalate.1"),
        ("arrive", "breach"),
        ("arrive", "escalate.1"),
        ("diagnose", "breach"),
        ("diagnose", "escalate.1"),
        ("repair", "breach"),
        ("repair", "escalate.1"),
    ]


def test_what_was_missed_while_the_server_was_down_is_still_recorded() -> None:
    assert drain("yellow", now="23:00:00") == drain("yellow")
    assert drain("red", now="23:00:00") == drain("red")


def test_clocks_that_have_ended_are_passed_over() -> None:
    clocks = [
        (fc("respond", "10:09:00", "10:09"), level_1("respond")),
        (fc("arrive", None, "10:09"), level_1("arrive")),
    ]
    warning = next_threshold(clocks, set(), "yellow")
    assert warning == Threshold("arrive", "warn", "yellow", 0, at("10:24"), None)
    assert next_threshold(clocks, {("arrive", "warn")}, "yellow") is None
    assert next_threshold([], set(), "red") is None


def test_a_tie_goes_to_the_first_clock() -> None:
    clocks = [(folded([fact("started", "10:00")], "10:00"), terms(key=key)) for key in ("b", "a")]
    light = next_threshold(clocks, set(), "red")
    assert light is not None
    assert light.clock_key == "b"
    assert light.at - at("10:00") == timedelta(minutes=10)
