"""The menu: each group of pages declares its entry beside its blueprint; a person sees those that he or she may use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from flask import Flask, current_app, url_for
from sqlalchemy import Connection

from engine.authorization import Actor
from web.words import _

Group = Literal["work", "watch", "design", "manage"]
GROUPS: tuple[Group, ...] = ("work", "watch", "design", "manage")
"""In the order in which they are drawn; their words: _group_words."""
_EXTENSION = "signalbox_menu"


@dataclass(frozen=True)
class Entry:
    """One line of the menu, in a module of web/pages as ENTRY."""

    key: str  # what pages of the group pass to web.frame.page as `here`, and the icon's name in _icons.html
    words: Callable[[], str]  # in the reader's language
    endpoint: str  # where it leads, without parameters
    group: Group
    letter: str  # pressed after g, it leads there, too
    permissions: tuple[str, ...] = ()  # all of them are needed
    count: Callable[[Connection, Actor], int] | None = None  # what waits there for this person; 0 is not drawn


class AmbiguousMenu(ValueError):
    """Two entries of the menu have the same key or the same letter."""


def install(app: Flask, entries: Iterable[Entry]) -> None:
    """Entries in the order in which those of one group are drawn. Raises AmbiguousMenu."""
    found = tuple(entries)
    if len({entry.key for entry in found}) < len(found) or len({entry.letter for entry in found}) < len(found):
        raise AmbiguousMenu(AmbiguousMenu.__doc__)
    app.extensions[_EXTENSION] = found


def menu(connection: Connection, actor: Actor) -> list[dict[str, Any]]:
    """[{words, entries: [{key, words, url, letter, count: int or None}]}] for this person; no group is empty."""
    allowed = [entry for entry in current_app.extensions[_EXTENSION] if all(map(actor.may, entry.permissions))]
    words = _group_words()
    groups = [(words[group], [entry for entry in allowed if entry.group == group]) for group in GROUPS]
    return [
        {"words": title, "entries": [_line(connection, actor, entry) for entry in entries]}
        for title, entries in groups
        if entries
    ]


def _line(connection: Connection, actor: Actor, entry: Entry) -> dict[str, Any]:
    count = entry.count(connection, actor) if entry.count else None
    line = {"key": entry.key, "words": entry.words(), "url": url_for(entry.endpoint)}
    return line | {"letter": entry.letter, "count": count or None}


def _group_words() -> dict[Group, str]:
    return {"work": _("Work"), "watch": _("Supervision"), "design": _("Design"), "manage": _("Management")}
