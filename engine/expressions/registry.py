"""The functions an expression may call: dotted names, described; a call is a look-up here, never an attribute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Function:
    """A registered function. `call` gets the values of its arguments, after the context if `needs_context`."""

    name: str  # dotted, e.g. "sla.next_breach"
    call: Callable[..., Any]
    zh: str
    en: str
    parameters: tuple[
        str, ...
    ] = ()  # each "name" or "name: kind", "name: kind|kind"; kinds of engine.expressions.errors
    returns: str = "any"  # kind of its value, for help
    optional: int = 0  # how many of the last parameters may be left out
    variadic: bool = False  # the last parameter may repeat
    rearms: bool = False  # its answer moves on when a timer has fired: a non-interrupting timer asks it again
    needs_context: bool = False  # gets engine.extensions.Context first; cannot be used where there is no case

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The parameters' names."""
        return tuple(parameter.partition(":")[0] for parameter in self.parameters)

    @cached_property
    def _kinds(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(kinds.strip().split("|")) - {""} for _, _, kinds in map(_split, self.parameters))

    def takes(self, place: int, kind: str) -> bool:
        """Whether the argument at a place, from 0, may be of this kind. A last parameter that repeats counts on."""
        if not self._kinds:
            return True
        kinds = self._kinds[min(place, len(self._kinds) - 1)]
        return not kinds or kind in kinds


def _split(parameter: str) -> tuple[str, str, str]:
    return parameter.partition(":")


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
