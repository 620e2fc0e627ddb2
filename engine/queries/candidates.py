"""Whom open tasks wait for: the groups and people that may claim them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from engine.models import TaskCandidate, User


@dataclass(frozen=True)
class Candidates:
    """In the order of the drawing."""

    groups: tuple[str, ...] = ()  # keys
    people: tuple[str, ...] = ()  # display names


NOBODY = Candidates()


_candidate, _user = TaskCandidate.__table__, User.__table__
_OFFERED = (
    select(_candidate.c.task_id, _candidate.c.group_key, _user.c.display_name)
    .outerjoin(_user, _user.c.id == _candidate.c.user_id)
    .where(_candidate.c.task_id.in_(bindparam("task_ids", expanding=True)))
    .order_by(_candidate.c.id)
)


def candidates(connection: Connection, task_ids: Collection[str]) -> dict[str, Candidates]:
    """Task id -> who may claim it, in one statement. The caller may see these tasks."""
    groups: dict[str, list[str]] = {task_id: [] for task_id in task_ids}
    people: dict[str, list[str]] = {task_id: [] for task_id in task_ids}
    for task_id, group, person in connection.execute(_OFFERED, {"task_ids": list(task_ids)}):
        if group is not None:
            groups[task_id].append(group)
        if person is not None:
            people[task_id].append(person)
    return {task_id: Candidates(tuple(groups[task_id]), tuple(people[task_id])) for task_id in task_ids}
