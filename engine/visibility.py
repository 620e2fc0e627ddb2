"""What an actor may see: the client's staff, or participants; a foreign object is not there at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select, true
from sqlalchemy.sql.selectable import FromClause

from engine.authorization import ENGINE, Actor
from engine.models import Participant, TaskCandidate, UserTask

READ_ALL = "case.read"


def visible(root: FromClause, actor: Actor) -> ColumnElement[bool]:
    """The condition under which `actor` may see the case whose root instance row is `root` (table or alias).

    The actor's organisation must be the client or a participant. Who lacks the permission "case.read" sees of these
    only the cases that he or she has raised, works on, or is named for.
    """
    return _condition(root, sight(actor), actor.id, actor.organisation_id)


@dataclass(frozen=True)
class Sight:
    """How much somebody sees, apart from who it is: a few kinds, so that a hot statement is built once for each."""

    everything: bool
    whole_organisation: bool


def sight(actor: Actor) -> Sight:
    return Sight(actor is ENGINE, actor.may(READ_ALL))


def visible_by(root: FromClause, kind: Sight) -> ColumnElement[bool]:
    """As `visible`, for whoever is given to the statement when it is executed: `**reader(actor)`."""
    return _condition(root, kind, bindparam("reader_id"), bindparam("reader_organisation"))


def reader(actor: Actor) -> dict[str, int | None]:
    """The values of the parameters of `visible_by`."""
    return {"reader_id": actor.id, "reader_organisation": actor.organisation_id}


def _condition(root: FromClause, kind: Sight, reader_id: Any, organisation: Any) -> ColumnElement[bool]:
    if kind.everything:
        return true()
    columns: Any = root.c
    participant = exists().where(Participant.root_id == columns.id, Participant.organisation_id == organisation)
    belongs = or_(columns.organisation_id == organisation, participant)
    if kind.whole_organisation:
        return belongs
    task = UserTask.__table__.alias("worked_on")  # its own name: the outer query may be about tasks, too
    candidate = TaskCandidate.__table__.alias("named_for")
    named = exists(select(candidate.c.id).where(candidate.c.task_id == task.c.id, candidate.c.user_id == reader_id))
    works_on = exists(
        select(task.c.id).where(
            task.c.root_id == columns.id,
            or_(task.c.assignee_id == reader_id, task.c.completed_by == reader_id, and_(task.c.state == "open", named)),
        )
    )
    return and_(belongs, or_(columns.started_by == reader_id, works_on))
