"""What became of the stories of a release when they were played last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.authorization import Actor
from engine.release_rows import find_release
from maintenance.models import StoryOutcome

_outcome = StoryOutcome.__table__


@dataclass(frozen=True)
class PlayedStory:
    """`played_at` is UTC."""

    process_key: str
    name: str
    holds: bool
    step: int | None  # that does not hold; 0: the start; None: it holds, or was not played at all
    code: str
    zh: str
    en: str
    played_at: datetime


def release_stories(connection: Connection, actor: Actor, release_id: int) -> list[PlayedStory]:
    """Those that do not hold first. Raises NotFound, also for a release of another organisation."""
    find_release(connection, actor, release_id)
    columns = [_outcome.c[name] for name in PlayedStory.__dataclass_fields__]
    query = select(*columns).where(_outcome.c.release_id == release_id)
    order = (_outcome.c.holds, _outcome.c.process_key, _outcome.c.name)
    return [PlayedStory(*row) for row in connection.execute(query.order_by(*order))]
