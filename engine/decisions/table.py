"""Compiled decisions: immutable, shared by many threads, ready to be evaluated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.decisions.cells import Cell
from engine.decisions.drawing import DrawnInput, DrawnOutput, DrawnRule
from engine.decisions.vocabulary import SINGLE
from engine.expressions.expression import Expression


@dataclass(frozen=True)
class Input:
    drawn: DrawnInput
    expression: Expression
    allowed: Cell | None  # the values that may come; null always may


@dataclass(frozen=True)
class Entry:
    """What a rule gives in one output: a value that stands there, or an expression."""

    text: str  # as written
    value: Any = None
    expression: Expression | None = None  # None: the value counts


@dataclass(frozen=True)
class Output:
    drawn: DrawnOutput
    order: tuple[Any, ...]  # the values that may be given, best first; empty: any
    default: Entry | None


@dataclass(frozen=True)
class Rule:
    drawn: DrawnRule
    cells: tuple[Cell, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Table:
    hit_policy: str
    aggregator: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    @property
    def gives_list(self) -> bool:
        """Whether the outputs are lists, one item for each rule that hits."""
        return self.hit_policy not in SINGLE and self.aggregator is None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(output.drawn.name for output in self.outputs)


@dataclass(frozen=True)
class Literal:
    """A decision that is one expression."""

    name: str
    type_ref: str
    expression: Expression

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True)
class Decision:
    """A decision with the decisions it requires."""

    id: str
    name: str
    logic: Table | Literal
    required: tuple[Decision, ...] = field(default=(), repr=False, compare=False)
    variables: int = field(default=0, repr=False)  # room that the loops of its expressions need


@dataclass(frozen=True)
class DecisionFile:
    """All decisions of one file."""

    key: str  # id of the file's definitions
    name: str
    decisions: dict[str, Decision]
