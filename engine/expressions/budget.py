"""The limits of the language, in steps and sizes so that every machine judges alike, and one evaluation's account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.expressions.errors import OverBudget

MAX_SOURCE = 2_000  # characters of one expression
MAX_SCRIPT = 8_000  # characters of a script, or of a text with expressions inside
MAX_NODES = 400  # parts of one expression
MAX_DEPTH = 40  # nesting of one expression
MAX_STEPS = 50_000  # of one evaluation, or of one run of a script
MAX_TEXT = 100_000  # characters of one value
MAX_ITEMS = 10_000  # items of one list or group
MAX_INTEGER = 2**63
MAX_DECIMAL_DIGITS = 100  # digits, and the size of the exponent, of a decimal number
MAX_DATA_DEPTH = 60  # nesting of a value that is compared, passed or returned

CALL_STEPS = 5
CONTEXT_CALL_STEPS = 500  # such a function may ask the database: at most 100 of them in one evaluation


class Run:
    """One evaluation: the data it reads, its context, its comprehension variables and the steps it has left."""

    __slots__ = ("context", "data", "left", "locals")

    def __init__(self, data: Mapping[str, Any], context: object | None, variables: int, left: int) -> None:
        self.data = data
        self.context = context
        self.locals: list[Any] = [None] * variables
        self.left = left

    def take(self, steps: int) -> None:
        """Pay for work that grows with the data."""
        self.left -= steps
        if self.left < 0:
            raise OverBudget("steps")


Code = Callable[[Run], Any]
"""A compiled part of an expression: gives its value in one evaluation."""
