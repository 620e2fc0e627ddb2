"""用例: the saved stories of processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml
from sqlalchemy import Connection, Select, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import User
from maintenance.models import Story
from maintenance.trial.script import Script, read_script

_story, _user = Story.__table__, User.__table__


@dataclass(frozen=True)
class StoryItem:
    """`saved_at` is UTC."""

    id: int
    process_key: str
    name: str
    content: str  # YAML
    saved_at: datetime
    saved_by: str | None  # display name

    def script(self) -> Script:
        """As it is played."""
        return read_script(yaml.safe_load(self.content))


def story_list(connection: Connection, organisation_id: int | None, process_key: str) -> list[StoryItem]:
    """Of one process, by name. `organisation_id`: the reader's own."""
    query = _stories().where(_story.c.organisation_id == organisation_id, _story.c.process_key == process_key)
    return [StoryItem(*row) for row in connection.execute(query.order_by(_story.c.name))]


def story_detail(connection: Connection, actor: Actor, story_id: int) -> StoryItem:
    """Raises NotFound, also for a story of another organisation."""
    query = _stories().where(_story.c.id == story_id, _story.c.organisation_id == actor.organisation_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(what=nouns.STORY)
    return StoryItem(*row)


def _stories() -> Select[Any]:
    columns = (_story.c.id, _story.c.process_key, _story.c.name, _story.c.content, _story.c.saved_at)
    return select(*columns, _user.c.display_name).outerjoin(_user, _user.c.id == _story.c.saved_by)
