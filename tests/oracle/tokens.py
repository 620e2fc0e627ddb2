"""What the oracle moves: tokens with their data, the forks they come from, and the events that wait for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.oracle.drawing import Drawing, Element, Scope, Way

Data = dict[str, Any]


@dataclass(eq=False)
class Fork:
    """Where a token became several; `data`: what it carried then."""

    data: Data


@dataclass(eq=False)
class Wait:
    """An event that waits: on the border of `token`'s activity, or `token` itself waits for it."""

    element: Element
    token: Token
    number: int  # which of the ways out of its fork it would take
    firings: int = 0
    asked: bool = False  # whether it has been armed, or its message is waited for
    armed_at: datetime | None = None
    due: datetime | None = None
    run_at: datetime | None = None
    attempts: int = 0
    failed: bool = False  # an incident stands for it
    last_due: datetime | None = None
    since: datetime | None = None


@dataclass(eq=False)
class Token:
    """Stands at an element. `state` says what it does there."""

    element: Element
    scope: Running
    data: Data
    lineage: tuple[tuple[Fork, int], ...] = ()
    beside: bool = False  # came out of a non-interrupting boundary event of this scope
    stamp: int = 0  # when it last moved
    state: str = "ready"  # ready, open, event, joining, inside, repeating, calling, ended
    via: Way | None = None  # on which it came to a join
    past: frozenset[int] = frozenset()  # the completions of this command that came before it
    waits: list[Wait] = field(default_factory=list)
    inside: Running | None = None
    runs: list[Token] = field(default_factory=list)
    body: Token | None = None  # of a run: the whole
    local: Data = field(default_factory=dict)  # of a run: its own variables
    kept: Data = field(default_factory=dict)  # of a body: how far it has come
    task_id: str | None = None  # the engine's name for it
    assignee: str | None = None


@dataclass(eq=False)
class Running:
    """A scope that runs: the process, or a sub-process inside `holder`."""

    scope: Scope
    holder: Token | None
    number: int
    tokens: list[Token] = field(default_factory=list)


@dataclass(eq=False)
class Case:
    """An instance. `parent`: the case that called it, and its token."""

    drawing: Drawing
    number: int
    root: Case | None = None
    parent: tuple[Case, Token] | None = None
    id: int | None = None  # the engine's
    state: str = "active"
    suspended: bool = False
    running: Running | None = None
    data: Data = field(default_factory=dict)  # what it came to

    @property
    def ticket(self) -> Case:
        return self.root or self


def tokens_of(running: Running | None) -> Iterator[Token]:
    """All that lives in a scope, whatever is in it included."""
    for token in running.tokens if running is not None else ():
        yield from around(token)


def around(token: Token) -> Iterator[Token]:
    yield token
    for run in token.runs:
        yield from around(run)
    yield from tokens_of(token.inside)


def gather(tokens: Sequence[Token]) -> Data:
    """The data of several tokens of a scope, merged at each fork from which they come."""
    return _folded(list(tokens), 0)[1]


def carried(token: Token) -> Data:
    """What a token carries: a running sub-process or repeated activity, what its inside has come to so far."""
    if token.state == "repeating":
        return with_runs(token, token.runs)
    return dict(token.data) if token.inside is None else so_far(token.inside)


def with_runs(body: Token, runs: Sequence[Token]) -> Data:
    """What a repeated activity carries and some of its runs bring. The runs' own variables stay with them."""
    assert body.element.repeat is not None
    found = dict(body.data)
    for run in sorted(runs, key=last_change):
        brought = {name: value for name, value in carried(run).items() if name not in run.local}
        brought |= {name: found[name] for name in run.local if name in found}
        found = merge(body.kept["base"], [found, brought]) if body.element.repeat.kind == "parallel" else brought
    return found


def so_far(running: Running, *more: Token) -> Data:
    """What the main line of a scope has come to. What runs beside it does not count."""
    main = [token for token in running.tokens if not token.beside and token not in more]
    return gather([*main, *more])


def last_change(token: Token) -> int:
    """When what a token carries last changed, in whatever is in it, too."""
    parts = [*token.runs, *([one for one in token.inside.tokens if not one.beside] if token.inside else [])]
    return max([token.stamp, *map(last_change, parts)])


def merge(base: Data, branches: Sequence[Data]) -> Data:
    """What each branch changed since `base`; of two changes of one value the later branch's counts."""
    result = dict(base)
    for branch in branches:
        for name, value in branch.items():
            if name in base and base[name] == value:
                continue
            present, before = result.get(name), base.get(name)
            if isinstance(value, dict) and isinstance(present, dict):
                value = merge(before if isinstance(before, dict) else {}, [present, value])
            result[name] = value
    return result


def _folded(tokens: list[Token], depth: int) -> tuple[int, Data]:
    if len(tokens) == 1:
        return last_change(tokens[0]), carried(tokens[0])
    ways: dict[tuple[Fork, int], list[Token]] = {}
    for token in tokens:
        ways.setdefault(token.lineage[depth], []).append(token)
    if len(ways) == 1:
        return _folded(tokens, depth + 1)
    (fork,) = {fork for fork, _ in ways}
    parts = sorted((_folded(part, depth + 1) for part in ways.values()), key=lambda part: part[0])
    return parts[-1][0], merge(fork.data, [data for _, data in parts])
