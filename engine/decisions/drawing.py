"""What a DMN file says, free of XML: decisions with their texts as they were written, nothing compiled."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Words


@dataclass(frozen=True)
class DrawnInput:
    """A column that is asked."""

    number: int  # 1-based, counted over the inputs
    label: str
    text: str  # the input expression
    type_ref: str
    values: str | None  # the texts that may come, as unary tests

    @property
    def place(self) -> Words:
        name = self.label or self.text
        return Words(f"输入列 {self.number}“{name[:60]}”", f"input column {self.number} “{name[:60]}”")


@dataclass(frozen=True)
class DrawnOutput:
    """A column that answers."""

    number: int  # 1-based, counted over the outputs
    name: str
    label: str
    type_ref: str
    values: str | None  # the values that may be given, in the order of their priority
    default: str | None  # what is given when no rule hits

    @property
    def place(self) -> Words:
        return Words(f"输出列 {self.number}“{self.name[:60]}”", f"output column {self.number} “{self.name[:60]}”")


@dataclass(frozen=True)
class DrawnRule:
    number: int  # 1-based, as drawn
    id: str | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def place(self) -> Words:
        return Words(f"规则 {self.number}", f"rule {self.number}")


@dataclass(frozen=True)
class DrawnTable:
    hit_policy: str
    aggregator: str | None
    inputs: tuple[DrawnInput, ...]
    outputs: tuple[DrawnOutput, ...]
    rules: tuple[DrawnRule, ...]


@dataclass(frozen=True)
class DrawnLiteral:
    """A decision that is one expression."""

    name: str  # of the variable it gives
    type_ref: str
    text: str


@dataclass(frozen=True)
class DrawnDecision:
    id: str
    name: str
    required: tuple[str, ...]  # ids of decisions
    logic: DrawnTable | DrawnLiteral


@dataclass(frozen=True)
class DrawnFile:
    """All decisions of a file by id."""

    key: str  # id of its definitions
    name: str
    decisions: dict[str, DrawnDecision]


def within(place: Words, column: Words) -> Words:
    """A cell: the rule and its column."""
    return Words(f"{place.zh} {column.zh}", f"{place.en}, {column.en}")
