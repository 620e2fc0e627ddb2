"""Delete a saved story."""

from __future__ import annotations

from sqlalchemy import delete, select

from engine import nouns
from engine.authorization import require
from engine.errors import NotFound
from engine.unit_of_work import UnitOfWork
from maintenance.commands.save_story import EDIT
from maintenance.models import Story


def delete_story(uow: UnitOfWork, story_id: int) -> None:
    """Raises Forbidden, and NotFound, also for a story of another organisation."""
    require(uow.actor, EDIT)
    story = Story.__table__
    of_actor = (story.c.id == story_id, story.c.organisation_id == uow.actor.organisation_id)
    row = uow.connection.execute(select(story.c.process_key, story.c.name).where(*of_actor)).one_or_none()
    if row is None:
        raise NotFound(what=nouns.STORY)
    uow.connection.execute(delete(Story).where(*of_actor))
    told = {"story": story_id, "key": row.process_key, "name": row.name}
    uow.loose_fact("story_deleted", organisation_id=uow.actor.organisation_id, **told)
