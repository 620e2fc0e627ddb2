"""What people of the demo city do to tickets beside their steps. A new kind of act is one entry of ACTS."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.authorization import Actor
from engine.commands.add_comment import add_comment
from engine.commands.suspend_instance import suspend_instance
from engine.engine import Engine

Act = Callable[[Engine, Actor, int, str], None]
"""(engine, who, ticket, words)."""


def _comment(engine: Engine, who: Actor, ticket: int, words: str) -> None:
    engine.run(add_comment, who, ticket, words)


def _suspend(engine: Engine, who: Actor, ticket: int, words: str) -> None:
    engine.run(suspend_instance, who, ticket, words)


ACTS: Mapping[str, Act] = {"comment": _comment, "suspend": _suspend}
