"""The functions an expression may call: dotted names, described; a call is a look-up here, never an attribute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Function:
    """A registered function. `call` gets the values of its arguments, after the context if `needs_context`."""

    name: str  # dotted, e.g. "sla.next_breach"
    call: Callable[..., Any]
    zh: str
    en: str
    parameters: tuple[str, ...] = ()  # names, for help and for the arity check when an expression is compiled
    optional: int = 0  # how many of the last parameters may be left out
    variadic: bool = False  # the last parameter may repeat
    rearms: bool = False  # its answer moves on when a timer has fired: a non-interrupting timer asks it again
    needs_context: bool = False  # gets engine.extensions.Context first; cannot be used where there is no case


class FunctionRegistry:
    """Functions by name; a name registered twice raises ValueError."""

    def __init__(self, functions: tuple[Function, ...] = ()) -> None:
        self._functions: dict[str, Function] = {}
        for function in functions:
            self.add(function)

    def add(self, function: Function) -> None:
        if function.name in self._functions:
            raise ValueError(f"function {function.name} is registered twice")
        self._functions[function.name] = function

    def get(self, name: str) -> Function | None:
        return self._functions.get(name)

    def all(self) -> list[Function]:
        return [self._functions[name] for name in sorted(self._functions)]
