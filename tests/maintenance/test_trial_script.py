"""Stories come from outside: what is not a story is refused with its place, and nothing is too long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.durations import parse_duration
from engine.errors import Invalid
from maintenance.trial.script import MAX_STEPS, StoryTooLong, after, read_script
from tests.maintenance.trial_stage import AT, DISPATCHED, START


def problems(told: Any) -> dict[str, str]:
    """Place -> code of the first problem there."""
    with pytest.raises(Invalid) as refused:
        read_script(told)
    return {path: found[0]["code"] for path, found in refused.value.fields.items()}


def test_a_story_is_read_as_it_was_told() -> None:
    told = {"story": "一级", "at": AT, "start": START, "steps": [{"wait": "PT8M"}, DISPATCHED]}
    assert read_script(told).story() == told


def test_a_story_without_an_offset_is_told_in_beijing_time() -> None:
    assert read_script({"at": "2026-11-20T10:00"}).at == AT
    assert read_script({"at": "2026-11-20T02:00Z"}).at == AT


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        (None, {"_form": "not_an_object", "at": "required"}),
        ([], {"_form": "not_an_object", "at": "required"}),
        ({}, {"at": "required"}),
        ({"at": "yesterday"}, {"at": "not_a_time"}),
        ({"at": 7}, {"at": "not_a_time"}),
        ({"at": "1999-12-31T00:00Z"}, {"at": "time_out_of_range"}),
        ({"at": "2150-01-01T00:00Z"}, {"at": "time_out_of_range"}),
        ({"at": AT, "weather": "fine"}, {"weather": "unknown_field"}),
        ({"at": AT, "story": "x" * 121}, {"story": "too_long"}),
        ({"at": AT, "contract": []}, {"contract": "not_an_object"}),
        ({"at": AT, "start": {}}, {"start.process": "required", "start.by": "required"}),
        ({"at": AT, "start": START | {"with": []}}, {"start.with": "not_an_object"}),
        ({"at": AT, "start": START | {"by": "a\nb"}}, {"start.by": "bad_character"}),
        ({"at": AT, "steps": {}}, {"steps": "not_a_list"}),
        ({"at": AT, "steps": [None]}, {"steps.1": "not_an_object"}),
        ({"at": AT, "steps": [{}]}, {"steps.1": "required"}),
        ({"at": AT, "steps": [{"dance": {}}]}, {"steps.1.dance": "unknown_field", "steps.1": "required"}),
        ({"at": AT, "steps": [{"wait": "PT"}]}, {"steps.1.wait": "not_a_time"}),
        ({"at": AT, "steps": [{"wait": "P99Y"}]}, {"steps.1.wait": "not_a_time"}),
        ({"at": AT, "steps": [{"wait": ["PT1M"]}]}, {"steps.1.wait": "not_a_time"}),
        ({"at": AT, "steps": [{"wait": "PT2M"}, {"wait": "PT1M"}]}, {"steps.2.wait": "time_out_of_range"}),
        ({"at": AT, "steps": [{"complete": {"task": 1, "by": "x"}}]}, {"steps.1.complete.task": "not_text"}),
        ({"at": AT, "steps": [{"complete": {"task": "x"}}]}, {"steps.1.complete.by": "required"}),
        ({"at": AT, "steps": [{"cancel": {"by": "x"}}]}, {"steps.1.cancel.reason": "required"}),
        ({"at": AT, "steps": [{"expect": {"mood": 1}}]}, {"steps.1.expect.mood": "unknown_field"}),
        ({"at": AT, "steps": [{"expect": []}]}, {"steps.1.expect": "not_an_object"}),
    ],
)
def test_what_is_no_story_is_refused_with_its_place(told: Any, wrong: dict[str, str]) -> None:
    found = problems(told)
    assert {path: found.get(path) for path in wrong} == wrong


def test_a_story_is_bounded_in_steps_and_bytes() -> None:
    most = {"at": AT, "steps": [{"wait": "PT1M"}] * MAX_STEPS}
    assert len(read_script(most).steps) == MAX_STEPS
    with pytest.raises(StoryTooLong):
        read_script({"at": AT, "steps": [{"wait": "PT1M"}] * (MAX_STEPS + 1)})
    with pytest.raises(StoryTooLong):
        read_script({"at": AT, "start": START | {"with": {"symptom": "长" * 90_000}}})


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(minutes=8), "PT8M"),
        (timedelta(days=2, hours=1, seconds=5), "PT49H5S"),
        (timedelta(seconds=336, microseconds=500_000), "PT5M36.5S"),
    ],
)
def test_a_wait_is_written_exactly(length: timedelta, text: str) -> None:
    assert after(length) == text
    assert parse_duration(text).exact == length
