"""How far a long piece of work is: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Say = Callable[..., Any]
"""click.echo, or what takes its place: say(text, nl=False) goes on in the same line."""

WIDTH = 30  # characters of the bar
LINES = 10  # plain lines in all


class Progress:
    """Steps of a known number. Nothing is drawn before the first."""

    def __init__(self, say: Say, words: str, total: int, *, terminal: bool) -> None:
        self._say, self._words, self._total, self._terminal = say, words, total, terminal
        self.done = 0

    def step(self) -> None:
        self.done += 1
        if self._terminal:
            self._say(f"\r{self._bar()} {self._count()}", nl=self.done == self._total)
        elif self.done * LINES // self._total > (self.done - 1) * LINES // self._total:
            self._say(self._count())

    def _bar(self) -> str:
        full = self.done * WIDTH // self._total
        return "█" * full + "░" * (WIDTH - full)

    def _count(self) -> str:
        return f"{self._words} {self.done}/{self._total}"
