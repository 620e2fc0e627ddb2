"""A compiled expression: what it reads, what it calls, and its value over given data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.expressions.budget import MAX_STEPS, Code, Run
from engine.expressions.compiler import Compiler
from engine.expressions.errors import ExpressionError, TooDeep, WrongValue
from engine.expressions.values import CONTAINERS, plain_copy


class Expression:
    """A compiled expression; immutable, usable by many threads."""

    __slots__ = ("_code", "_position", "_steps", "functions", "names", "source", "variables")

    def __init__(self, source: str, code: Code, parts: Sequence[Compiler], position: int = 1) -> None:
        """`parts`: what compiled the code, several for a joined text. `position`: for errors that know none."""
        self._position = position
        self.source = source
        self.names: frozenset[str] = frozenset(name for part in parts for name in part.names)  # top-level, of the data
        self.functions: frozenset[str] = frozenset(name for part in parts for name in part.called)
        self.variables = max((part.variables for part in parts), default=0)  # room that its loops need in a run
        self._code = code
        self._steps = sum(part.steps for part in parts)

    def evaluate(self, data: Mapping[str, Any], context: object | None = None) -> Any:
        """The value: plain data that shares no list or group with `data`. `context` is for functions that need a case.

        Raises ExpressionError, and what a database raises inside a registered function.
        """
        return self.run(Run(data, context, self.variables, MAX_STEPS))

    def run(self, run: Run) -> Any:
        """The value, paid from an account that other expressions may share."""
        try:
            run.take(self._steps)
            value = self._code(run)
            return plain_copy(value, run) if type(value) is str or type(value) in CONTAINERS else value
        except ExpressionError as error:
            error.at(self._position)
            raise
        except RecursionError:
            raise TooDeep(position=self._position) from None
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise WrongValue("…", self._position) from error
