"""/api/v1/…/trial and /api/v1/stories: try a process in memory, keep its stories, play them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from api.idempotency import act
from api.operations import PREFIX, MachineBlueprint, operation
from api.schemas.created import IdSchema
from api.schemas.trials import (
    OutcomesSchema,
    PlayedStoriesSchema,
    SaveStoryBody,
    StoriesSchema,
    StoryBody,
    StoryQuery,
    StorySchema,
    TrialSchema,
    told,
)
from engine.authorization import Actor
from maintenance.commands.delete_story import delete_story
from maintenance.commands.save_story import EDIT, save_story
from maintenance.queries.release_stories import release_stories
from maintenance.queries.story_list import story_detail, story_list
from maintenance.queries.trial_subject import TrialSubject, design_subject, published_subject
from maintenance.trial.answer import answer
from maintenance.trial.outcomes import play_stories
from maintenance.trial.script import read_script

blueprint = MachineBlueprint("trials", "试跑: processes tried in memory, and their stories")

Find = Callable[[Connection, Actor, int], TrialSubject]


@blueprint.post("/definitions/<id:definition_id>/trial")
@requires(EDIT)
@operation(
    blueprint,
    "Play a story on a published version in memory: where it leads; nothing is stored, nothing outside is called",
    TrialSchema,
    body=StoryBody,
    refuses=(404, 503),
)
def try_definition(body: dict[str, Any], definition_id: int) -> Any:
    return _tried(published_subject, definition_id, body)


@blueprint.get("/definitions/<id:definition_id>/stories")
@requires(EDIT)
@operation(
    blueprint,
    "What becomes of the stories of the process when they are played on a published version",
    OutcomesSchema,
    refuses=(404, 422, 503),
)
def play_on_definition(definition_id: int) -> Any:
    return _played(published_subject, definition_id)


@blueprint.post("/designs/<id:design_id>/trial")
@requires(EDIT)
@operation(
    blueprint,
    "Play a story on a design of a process in memory: where it leads; nothing is stored, nothing outside is called",
    TrialSchema,
    body=StoryBody,
    refuses=(404, 503),
)
def try_design(body: dict[str, Any], design_id: int) -> Any:
    return _tried(design_subject, design_id, body)


@blueprint.get("/designs/<id:design_id>/stories")
@requires(EDIT)
@operation(
    blueprint,
    "What becomes of the stories of the process when they are played on a design",
    OutcomesSchema,
    refuses=(404, 422, 503),
)
def play_on_design(design_id: int) -> Any:
    return _played(design_subject, design_id)


@blueprint.get("/stories")
@requires("definition.read")
@operation(blueprint, "The saved stories of a process, by name", StoriesSchema, query=StoryQuery)
def list_stories(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return {"items": story_list(connection, current_actor().organisation_id, query["key"])}


@blueprint.post("/stories")
@requires(EDIT)
@operation(blueprint, "Keep a story", IdSchema, status=201, body=SaveStoryBody, refuses=(409,), repeatable=True)
def keep_story(body: Mapping[str, Any]) -> Any:
    script = read_script(told(body["story"]))
    story_id = act(save_story, own_organisation(), body["key"], body["name"], script)
    return {"id": story_id}, 201, {"Location": f"{PREFIX}/stories/{story_id}"}


@blueprint.get("/stories/<id:story_id>")
@requires("definition.read")
@operation(blueprint, "One saved story", StorySchema, refuses=(404,))
def get_story(story_id: int) -> Any:
    with house().engine.read() as connection:
        return story_detail(connection, current_actor(), story_id)


@blueprint.delete("/stories/<id:story_id>")
@requires(EDIT)
@operation(blueprint, "Delete a saved story", None, status=204, refuses=(404,))
def remove_story(story_id: int) -> Any:
    act(delete_story, story_id)


@blueprint.get("/releases/<id:release_id>/stories")
@requires("definition.read")
@operation(
    blueprint,
    "What became of the stories of a release when they were played last, failed ones first",
    PlayedStoriesSchema,
    refuses=(404,),
)
def release_outcomes(release_id: int) -> Any:
    with house().engine.read() as connection:
        return {"items": release_stories(connection, current_actor(), release_id)}


def _tried(find: Find, subject_id: int, body: dict[str, Any]) -> Any:
    script = read_script(told(body))
    with house().engine.read() as connection:
        subject = find(connection, current_actor(), subject_id)
    with house().trials.play(subject.organisation_id, subject.content, script, subject.beside) as scene:
        return answer(scene)


def _played(find: Find, subject_id: int) -> Any:
    with house().engine.read() as connection:
        subject = find(connection, current_actor(), subject_id)
        stories = story_list(connection, subject.organisation_id, subject.key)
    return {"items": play_stories(house().trials, subject, stories)}
