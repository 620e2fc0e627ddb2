"""Every story in tests/golden/*.yaml is a test, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.database import Database
from maintenance.stories import Performance, StoryFailed, read_stories
from tests.judgement import assert_judged
from tests.stage import stage
from tests.telling import assert_told
from tests.web.frame import small_app

STORIES = [
    (f"{path.stem}-{story['story']}", story)
    for path in sorted((Path(__file__).parent / "golden").glob("*.yaml"))
    for story in read_stories(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("story", [pytest.param(story, id=name) for name, story in STORIES])
def test_story(story: dict[str, Any], database: Database, clock: ManualClock, tmp_path: Path) -> None:
    """`contract` of a story: single figures that its contract overrides.

    In the end the rows of its clocks are judged as their folds are, and all that happened is told in words.
    """
    Performance(story, stage(database, clock, story.get("contract"))).play()
    with database.read() as connection:
        assert assert_judged(connection, clock.now()) > 0
    with database.read() as connection:
        assert assert_told(small_app(tmp_path), connection) > 10


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"expect": {"tasks": ["repair"]}}, "tasks: expected ['repair'], saw ['dispatch']"),
        ({"complete": {"task": "repair", "by": "dispatcher"}}, "repair is not open; open are dispatch"),
        ({"expect": {"weather": "fine"}}, "unknown expectation weather"),
        ({"dance": {}}, "unknown verb dance"),
    ],
)
def test_a_story_that_is_wrong_says_where(
    change: dict[str, Any], words: str, database: Database, clock: ManualClock
) -> None:
    story = {**STORIES[0][1], "steps": [change]}
    with pytest.raises(StoryFailed) as failed:
        Performance(story, stage(database, clock)).play()
    assert failed.value.what.en == words
    assert failed.value.step == 1
