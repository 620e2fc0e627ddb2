"""The filter of 我的任务: it stands in the address, so that a view is saved or sent by its link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Connection

from engine.authorization import Actor
from engine.models import ProcessInstance
from engine.queries.task_list import task_processes
from maintenance.queries.case_point import cases_at
from web.case_view import level_words
from web.words import _

LEVELS = ("1", "2", "3", "4")
MAX_WORDS = 100  # letters


@dataclass(frozen=True)
class TaskFilter:
    """What is asked for; empty text: anything."""

    words: str  # searched for
    point: str  # part of a number or name
    level: str
    process: str  # key

    @property
    def narrows(self) -> bool:
        """Whether more than the search narrows the list."""
        return bool(self.point or self.level or self.process)

    def in_address(self) -> dict[str, Any]:
        """The parameters that ask for the same again."""
        given = {"q": self.words, "point": self.point, "level": self.level, "process": self.process}
        return {name: value for name, value in given.items() if value}

    def asked(self) -> dict[str, Any]:
        """Arguments of both lists but for the process, whose name differs."""
        found: dict[str, Any] = {"search": self.words}
        if self.point:
            found["where"] = (ProcessInstance.__table__.c.id.in_(cases_at(self.point)),)
        if self.level:
            found["fields"] = {"level": self.level}
        return found


def task_filter() -> TaskFilter:
    """Of the address. A level that does not exist asks for nothing."""
    level = _sent("level")
    return TaskFilter(_sent("q"), _sent("point"), level if level in LEVELS else "", _sent("process"))


def filter_view(connection: Connection, actor: Actor, asked: TaskFilter) -> dict[str, Any]:
    """The filter's form (my_tasks.html). A process that is asked for is offered even where nothing of it waits."""
    processes: Mapping[str, str] = task_processes(connection, actor)
    if asked.process:
        processes = {asked.process: asked.process, **processes}
    level = {"name": "level", "label": _("Level"), "value": asked.level}
    process = {"name": "process", "label": _("Process"), "value": asked.process}
    selects = [level | {"options": [(one, level_words(int(one))) for one in LEVELS]}]
    if len(processes) > 1 or asked.process:
        selects.append(process | {"options": list(processes.items())})
    return {"point": asked.point, "selects": selects, "open": asked.narrows}


def _sent(name: str) -> str:
    """A character that no database keeps finds nothing anyway."""
    return request.args.get(name, "").replace("\0", "").strip()[:MAX_WORDS]
