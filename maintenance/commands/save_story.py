"""Keep the story of a trial, so that each change of its process can be tried against it."""

from __future__ import annotations

from dataclasses import replace

import yaml
from sqlalchemy import func, insert, select

from engine.authorization import require
from engine.errors import EngineError, Invalid
from engine.unit_of_work import UnitOfWork
from engine.words import required_words
from maintenance.models import Story
from maintenance.trial.script import MAX_NAME, Script

EDIT = "definition.edit"
"""The permission to try processes and to keep their stories."""
MAX_STORIES = 100  # of one process

_story = Story.__table__


class TooManyStories(EngineError):
    """A process keeps at most {limit} stories."""

    code, status = "too_many_stories", 409
    zh = "一个流程最多保存 {limit} 个用例。"


def save_story(uow: UnitOfWork, organisation_id: int, process_key: str, name: str, script: Script) -> int:
    """The new id. The name is that of no other story of the process. Raises Forbidden, Invalid, TooManyStories."""
    require(uow.actor, EDIT)
    words = required_words("name", name, MAX_NAME)
    mine = (_story.c.organisation_id == organisation_id, _story.c.process_key == process_key)
    if uow.connection.scalar(select(_story.c.id).where(*mine, _story.c.name == words)) is not None:
        taken = {"code": "taken", "zh": "已有同名用例。", "en": "There is a story of this name."}
        raise Invalid({"name": [taken]})
    if (uow.connection.scalar(select(func.count()).where(*mine)) or 0) >= MAX_STORIES:
        raise TooManyStories(limit=MAX_STORIES)
    values = {
        "organisation_id": organisation_id,
        "process_key": process_key,
        "name": words,
        "content": written(replace(script, name=words)),
        "saved_at": uow.now,
        "saved_by": uow.actor.id,
    }
    story_id: int = uow.connection.execute(insert(Story).values(values).returning(_story.c.id)).scalar_one()
    uow.loose_fact("story_saved", organisation_id=organisation_id, story=story_id, key=process_key, name=words)
    return story_id


def written(script: Script) -> str:
    """A story as YAML."""
    text: str = yaml.safe_dump(script.story(), allow_unicode=True, sort_keys=False, width=120)
    return text
