"""Who gets a task: the assignee, candidate users and groups of the drawing, asked with the case's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.definition.model import ElementModel
from engine.durations import parse_duration, parse_instant
from engine.extensions import Context
from engine.work import Work

NORMAL_PRIORITY = 50
MAX_GROUP = 60  # letters of a group's key


@dataclass(frozen=True)
class Assignment:
    """The people and groups a new task is offered to."""

    assignee_id: int | None = None
    assignee: str | None = None  # sign-in name
    groups: tuple[str, ...] = ()
    user_ids: tuple[int, ...] = ()
    newcomers: tuple[int, ...] = ()  # organisations of these people that do not take part in the case yet
    unknown: tuple[str, ...] = ()  # names the drawing gave that nobody in the case bears
    due_at: datetime | None = None
    priority: int = NORMAL_PRIORITY

    def as_fact(self) -> dict[str, Any]:
        found = {"assignee": self.assignee, "groups": list(self.groups), "unknown": list(self.unknown)}
        return {key: value for key, value in found.items() if value}


def assign(work: Work, context: Context, element: ElementModel, data: Mapping[str, Any]) -> Assignment:
    """Evaluate the drawing's assignment. A name nobody in the case bears is noted; the groups remain."""

    def value(text: str | None) -> Any:
        return work.resources.language.compile_value(text).evaluate(data, context) if text else None

    assignee = value(element.assignee)
    candidates = _names(value(element.candidate_users))
    known = work.users({*candidates, *([str(assignee)] if assignee else [])}, context.root_id)
    chosen = known[str(assignee)].id if assignee and str(assignee) in known else None
    asked = [*([str(assignee)] if assignee else []), *candidates]
    groups = list(dict.fromkeys(_names(value(element.candidate_groups))))
    return Assignment(
        assignee_id=chosen,
        assignee=str(assignee) if chosen else None,
        groups=tuple(group for group in groups if len(group) <= MAX_GROUP),
        user_ids=tuple(known[name].id for name in dict.fromkeys(candidates) if name in known),
        newcomers=tuple(sorted({one.newcomer for one in known.values() if one.newcomer is not None})),
        unknown=(
            *(name for name in asked if name not in known),
            *(group for group in groups if len(group) > MAX_GROUP),
        ),
        due_at=due_at(work, context, element, data),
        priority=_priority(value(element.priority)),
    )


def due_at(work: Work, context: Context, element: ElementModel, data: Mapping[str, Any]) -> datetime | None:
    """When the drawing wants a step done; None: whenever. Raises InvalidTime and ExpressionError."""
    text = element.due_date
    return _instant(work.resources.language.compile_value(text).evaluate(data, context), work.now) if text else None


def asks_the_case(work: Work, element: ElementModel) -> bool:
    """Whether the due date comes from a function of the case's own state, such as a clock, that may answer anew."""
    language = work.resources.language
    called = language.compile_value(element.due_date).functions if element.due_date else ()
    known = (language.functions.get(name) for name in called)
    return any(function is not None and function.needs_context for function in known)


def _names(value: Any) -> list[str]:
    if value is None:
        return []
    parts = value if isinstance(value, list) else str(value).split(",")
    return [str(part).strip() for part in parts if str(part).strip()]


def _instant(value: Any, now: datetime) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, timedelta):
        return now + value
    text = str(value)
    return parse_duration(text).after(now) if text.startswith("P") else parse_instant(text)


def _priority(value: Any) -> int:
    try:
        return max(0, min(100, int(value))) if value is not None else NORMAL_PRIORITY
    except (TypeError, ValueError, OverflowError):
        return NORMAL_PRIORITY
