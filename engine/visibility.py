"""What an actor may see: the client's staff, or participants; a foreign object is not there at all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.sql.selectable import FromClause

from engine.authorization import ENGINE, Actor
from engine.models import Participant, TaskCandidate, UserTask

READ_ALL = "case.read"


def visible(root: FromClause, actor: Actor) -> ColumnElement[bool]:
    """The condition under which `actor` may see the case whose root instance row is `root` (table or alias).

    The actor's organisation must be the client or a participant. Who lacks the permission "case.read" sees of these
    only the cases that he or she has raised, works on, or is named for.
    """
    if actor is ENGINE:
        return true()
    columns: Any = root.c
    participant = exists().where(
        Participant.root_id == columns.id, Participant.organisation_id == actor.organisation_id
    )
    belongs = or_(columns.organisation_id == actor.organisation_id, participant)
    if actor.may(READ_ALL):
        return belongs
    task = UserTask.__table__.alias("worked_on")  # its own name: the outer query may be about tasks, too
    candidate = TaskCandidate.__table__.alias("named_for")
    named = exists(select(candidate.c.id).where(candidate.c.task_id == task.c.id, candidate.c.user_id == actor.id))
    works_on = exists(
        select(task.c.id).where(
            task.c.root_id == columns.id,
            or_(task.c.assignee_id == actor.id, task.c.completed_by == actor.id, and_(task.c.state == "open", named)),
        )
    )
    return and_(belongs, or_(columns.started_by == actor.id, works_on))
