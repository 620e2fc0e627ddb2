"""Calling a registered function: its arity, its values on their way in and out, its errors."""

from __future__ import annotations

from typing import Any

from engine.errors import SignalboxError
from engine.expressions.budget import Run
from engine.expressions.errors import ExpressionError, FunctionRefused, NotAllowed, WrongArguments, WrongType
from engine.expressions.registry import Function
from engine.expressions.values import CONTAINERS, checked, kind_of, measure

_FOREIGN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def check_arguments(function: Function, given: int, position: int) -> None:
    """Raise WrongArguments unless the function takes so many."""
    most = len(function.parameters)
    if given < most - function.optional or (given > most and not function.variadic):
        raise WrongArguments(function.name, position)


def check_kind(function: Function, place: int, argument: Any) -> None:
    """Raise WrongType unless the function takes such a value there."""
    kind = kind_of(argument)
    if not function.takes(place, kind):
        raise WrongType(function.name, kind)


def call_function(function: Function, arguments: list[Any], run: Run, position: int) -> Any:
    """The function's checked value. What a database raises passes through, so that the command can be run again."""
    if function.needs_context and run.context is None:
        raise NotAllowed(function.name, position)
    try:
        for place, argument in enumerate(arguments):
            check_kind(function, place, argument)
            _check(argument, run)
        value = function.call(run.context, *arguments) if function.needs_context else function.call(*arguments)
        _check(value, run)
    except ExpressionError as error:
        error.at(position)
        raise
    except SignalboxError as error:
        raise FunctionRefused(function.name, error, position) from error
    except _FOREIGN as error:
        raise WrongArguments(function.name, position) from error
    return value


def _check(value: Any, run: Run) -> None:
    if type(value) is str or type(value) in CONTAINERS:
        measure(value, run)
    else:
        checked(value)
