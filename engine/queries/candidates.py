"""Whom open tasks wait for: the groups and people that may claim them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.models import TaskCandidate, User


@dataclass(frozen=True)
class Candidates:
    """In the order of the drawing."""

    groups: tuple[str, ...] = ()  # keys
    people: tuple[str, ...] = ()  # display names


NOBODY = Candidates()


def candidates(connection: Connection, task_ids: Collection[str]) -> dict[str, Candidates]:
    """Task id -> who may claim it, in one statement. The caller may see these tasks."""
    candidate, user = TaskCandidate.__table__, User.__table__
    query = (
        select(candidate.c.task_id, candidate.c.group_key, user.c.display_name)
        .outerjoin(user, user.c.id == candidate.c.user_id)
        .where(candidate.c.task_id.in_(task_ids))
        .order_by(candidate.c.id)
    )
    groups: dict[str, list[str]] = {task_id: [] for task_id in task_ids}
    people: dict[str, list[str]] = {task_id: [] for task_id in task_ids}
    for task_id, group, person in connection.execute(query):
        if group is not None:
            groups[task_id].append(group)
        if person is not None:
            people[task_id].append(person)
    return {task_id: Candidates(tuple(groups[task_id]), tuple(people[task_id])) for task_id in task_ids}
