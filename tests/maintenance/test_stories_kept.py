"""Stories that owners keep: saved under a name, played again, and played on every release."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.authorization import Actor
from engine.clock import ManualClock
from engine.commands.create_design import create_design
from engine.commands.submit_release import submit_release
from engine.database import Database
from engine.errors import Forbidden, Invalid, NotFound
from maintenance.commands import save_story as saving
from maintenance.commands.delete_story import delete_story
from maintenance.commands.save_story import TooManyStories, save_story
from maintenance.queries.release_stories import release_stories
from maintenance.queries.story_list import story_detail, story_list
from maintenance.queries.trial_subject import TrialSubject
from maintenance.trial.outcomes import play_stories
from maintenance.trial.releases import play_release
from maintenance.trial.script import Script, read_script
from tests.maintenance.trial_stage import AT, DISPATCHED, FAULT, START, House

KEY = "fault_repair_fc"
YELLOW = read_script(
    {
        "at": AT,
        "start": START,
        "steps": [{"wait": "PT8M"}, {"expect": {"lights": ["respond warn 10:08:00"]}}, DISPATCHED],
    }
)
CHANGED = FAULT.replace(b'camunda:candidateGroups="dispatcher"', b'camunda:candidateGroups="contractor_lead"', 1)
"""The drawing with another role at the step 核实派单."""
REFUSED = "被拒绝：您无权执行该操作：您不在该任务的候选人之列。"


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock)


@pytest.fixture
def owner(house: House) -> Actor:
    return house.stage.people["process_owner"]


def keep(house: House, owner: Actor, name: str = "一级黄灯", script: Script = YELLOW) -> int:
    return house.engine.run(save_story, owner, house.client_id, KEY, name, script)


def test_a_story_is_kept_word_for_word(house: House, owner: Actor) -> None:
    story_id = keep(house, owner)
    with house.engine.read() as connection:
        (story,) = story_list(connection, house.client_id, KEY)
        assert story == story_detail(connection, owner, story_id)
    assert (story.name, story.saved_by) == ("一级黄灯", "流程管理员")
    assert story.script() == replace(YELLOW, name="一级黄灯")
    assert "respond warn 10:08:00" in story.content


def test_a_name_is_used_once_and_foreigners_see_nothing(house: House, owner: Actor) -> None:
    story_id = keep(house, owner)
    with pytest.raises(Invalid) as taken:
        keep(house, owner)
    assert taken.value.fields["name"][0]["code"] == "taken"
    with pytest.raises(Invalid):
        keep(house, owner, " ")
    with pytest.raises(Forbidden):
        keep(house, house.stage.people["auditor"], "另一个")
    stranger = replace(owner, organisation_id=(owner.organisation_id or 0) + 1)
    with house.engine.read() as connection, pytest.raises(NotFound):
        story_detail(connection, stranger, story_id)
    with pytest.raises(NotFound):
        house.engine.run(delete_story, stranger, story_id)
    house.engine.run(delete_story, owner, story_id)
    with house.engine.read() as connection:
        assert story_list(connection, house.client_id, KEY) == []


def test_a_process_keeps_only_so_many(house: House, owner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MAX_STORIES", 1)
    keep(house, owner)
    with pytest.raises(TooManyStories):
        keep(house, owner, "第二个")


def test_stories_hold_or_say_at_which_step_they_do_not(house: House, owner: Actor) -> None:
    keep(house, owner)
    keep(house, owner, "发起被拒", replace(YELLOW, start=START | {"by": "auditor"}))
    with house.engine.read() as connection:
        stories = story_list(connection, house.client_id, KEY)

    def outcomes(content: bytes) -> dict[str, tuple[bool, int | None, str]]:
        subject = TrialSubject(house.client_id, KEY, "故障抢修（FC）", None, content)
        return {one.name: (one.holds, one.step, one.zh) for one in play_stories(house.trials, subject, stories)}

    as_it_is = outcomes(FAULT)
    assert as_it_is["一级黄灯"] == (True, None, "")
    assert as_it_is["发起被拒"][:2] == (False, 0)
    changed = outcomes(CHANGED)
    assert changed["一级黄灯"] == (False, 3, REFUSED)


def test_the_stories_of_a_release_are_played_and_written_down(house: House, owner: Actor) -> None:
    keep(house, owner)
    design = house.engine.run(create_design, owner, house.client_id, "process", content=CHANGED)
    release_id = house.engine.run(submit_release, owner, [(design.id, design.revision)], "")
    outcomes = play_release(house.engine, house.trials, owner, release_id)
    assert [(one.name, one.holds, one.step) for one in outcomes] == [("一级黄灯", False, 3)]
    with house.engine.read() as connection:
        (told,) = release_stories(connection, owner, release_id)
        stranger = replace(owner, organisation_id=(owner.organisation_id or 0) + 1)
        with pytest.raises(NotFound):
            release_stories(connection, stranger, release_id)
    assert (told.process_key, told.name, told.holds, told.step) == (KEY, "一级黄灯", False, 3)
    assert told.zh == REFUSED
    play_release(house.engine, house.trials, owner, release_id)
    with house.engine.read() as connection:
        assert len(release_stories(connection, owner, release_id)) == 1
