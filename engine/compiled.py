"""A statement compiled for one database: its text as the driver takes it, and what its values pass through."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Dialect

from engine.database import Sent

Process = Callable[[Any], Any]
_NAMED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Compiled:
    """Made once and sent often; SQLAlchemy looks a statement up, prepares and describes it at every execution."""

    text: str
    places: Sequence[str]  # names of the parameters in the order of the text
    processors: Mapping[str, Process]
    constants: Mapping[str, Any]
    lists: Mapping[str, Sequence[str]]  # a parameter that is a list -> the names of its items

    def sent(self, values: Mapping[str, Any]) -> Sent:
        """The statement with these parameters, each given by its name; names that it does not know do no harm."""
        given = {**self.constants, **values}
        for name, items in self.lists.items():
            given.update(zip(items, given[name], strict=True))
        for name, process in self.processors.items():
            given[name] = process(given[name])
        return self.text, tuple([given[name] for name in self.places])


def compiled(made: Any, dialect: Dialect, values: Mapping[str, Any]) -> Compiled:
    """`made`: what SQLAlchemy's `statement.compile` gave. `values`: as those to come, with lists of the same length.

    Raises ValueError for a column with a default of Python's that is not given: nobody would fill it.
    """
    if made.insert_prefetch or made.update_prefetch:
        raise ValueError(f"{made}: a column with a default must be given")
    state = made.construct_expanded_state(values)
    lists = state.parameter_expansion
    types = {
        given: one.type
        for one, name in made.bind_names.items()
        for given in lists.get(name, [name] if name in state.parameters else [])
    }
    processors = {name: type_.dialect_impl(dialect).bind_processor(dialect) for name, type_ in types.items()}
    items = {item for names in lists.values() for item in names}
    return Compiled(
        _NAMED.sub("%s", state.statement),
        state.positiontup or _NAMED.findall(state.statement),
        {name: process for name, process in processors.items() if process is not None},
        {name: value for name, value in state.parameters.items() if name not in values and name not in items},
        lists,
    )
