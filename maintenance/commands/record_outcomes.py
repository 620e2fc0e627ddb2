"""Write down what became of the stories of a release, for the second person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import delete, insert

from engine.authorization import require
from engine.release_rows import find_release
from engine.unit_of_work import UnitOfWork
from maintenance.commands.save_story import EDIT
from maintenance.models import StoryOutcome
from maintenance.trial.outcomes import Outcome


def record_outcomes(uow: UnitOfWork, release_id: int, played: Sequence[tuple[str, Outcome]]) -> None:
    """In place of those before. `played`: the process's key and what became of a story. Raises Forbidden, NotFound."""
    require(uow.actor, EDIT)
    organisation_id = find_release(uow.connection, uow.actor, release_id).organisation_id
    uow.connection.execute(delete(StoryOutcome).where(StoryOutcome.release_id == release_id))
    whose = {"organisation_id": organisation_id, "release_id": release_id}
    rows = [{**whose, "process_key": key, "played_at": uow.now, **asdict(one)} for key, one in played]
    for row in rows:
        del row["story_id"]
    if rows:
        uow.connection.execute(insert(StoryOutcome), rows)
    failed = sum(not one.holds for _, one in played)
    told = {"release": release_id, "stories": len(played), "failed": failed}
    uow.loose_fact("stories_played", organisation_id=organisation_id, **told)
