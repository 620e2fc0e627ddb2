"""Scripts: lines `name = expression` or `a.b = expression`, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.expressions.budget import MAX_DEPTH, MAX_STEPS, Run
from engine.expressions.errors import BadSyntax, ExpressionError, NotAllowed, TooDeep, WrongType
from engine.expressions.expression import Expression
from engine.expressions.juel import Token, is_reserved, tokens
from engine.expressions.values import checked, kind_of, plain_copy


@dataclass(frozen=True)
class Statement:
    """One line: where its value is kept, and between which characters of the source its expression stands."""

    path: tuple[str, ...]  # ("order", "total") for `order.total = …`
    position: int  # 1-based, of the target
    start: int
    end: int


def statements(source: str) -> list[Statement]:
    """The statements of a script; a line may go on inside brackets. Raises BadSyntax, NotAllowed or TooDeep."""
    found = [_statement(line) for line in _lines(source)]
    if not found:
        raise BadSyntax("", 1)
    return found


def _lines(source: str) -> Iterator[list[Token]]:
    """The tokens of each line that is not blank, without space."""
    line: list[Token] = []
    depth = 0
    for token in tokens(source):
        if token.kind == "operator":
            depth += (token.text in "([{") - (token.text in ")]}")
        if token.kind != "space":
            line.append(token)
        elif "\n" in token.text and depth == 0 and line:
            yield line
            line = []
    if line:
        yield line


def _statement(line: list[Token]) -> Statement:
    signs = [token.text for token in line]
    length = signs.index("=") if "=" in signs else len(line)
    target, value = line[:length], line[length + 1 :]
    for place, token in enumerate(target):
        is_name = token.kind == "name" and not is_reserved(token.text)
        if not (is_name if place % 2 == 0 else token.text == "."):
            raise NotAllowed(token.text, token.start + 1)
    if len(target) % 2 == 0 or not value:
        raise BadSyntax(line[-1].text, line[-1].start + 1)
    if len(target) > 2 * MAX_DEPTH:
        raise TooDeep(position=line[0].start + 1)
    path = tuple(token.text for token in target[::2])
    return Statement(path, target[0].start + 1, value[0].start, value[-1].start + len(value[-1].text))


class Script:
    """A compiled script; immutable, usable by many threads."""

    __slots__ = ("_lines", "_variables", "functions", "reads", "source", "writes")

    def __init__(self, source: str, lines: list[tuple[Statement, Expression]]) -> None:
        self.source = source
        self._lines = tuple(lines)
        self._variables = max(expression.variables for _, expression in lines)
        self.functions = frozenset[str]().union(*(expression.functions for _, expression in lines))
        reads: set[str] = set()
        writes: set[str] = set()
        for statement, expression in lines:
            reads |= expression.names - writes
            writes.add(statement.path[0])
        self.reads = frozenset(reads)  # variables that must be there before the script runs
        self.writes = frozenset(writes)  # top-level variables that it sets

    def run(self, data: Mapping[str, Any], context: object | None = None) -> dict[str, Any]:
        """The new top-level values; later lines see earlier ones, `data` itself is never changed.

        All lines share one budget. Raises ExpressionError, and what a database raises inside a registered function.
        """
        seen = dict(data)
        written: dict[str, Any] = {}
        run = Run(seen, context, self._variables, MAX_STEPS)
        for statement, expression in self._lines:
            value = expression.run(run)
            try:
                _write(statement.path, value, written, run)
            except ExpressionError as error:
                error.at(statement.position)
                raise
            seen[statement.path[0]] = written[statement.path[0]]
        return written


def _write(path: tuple[str, ...], value: Any, written: dict[str, Any], run: Run) -> None:
    """Keep the value under its path, in our own copy of what was there."""
    name = path[0]
    if len(path) == 1:
        written[name] = value
        return
    if name not in written:
        written[name] = plain_copy(run.data.get(name, {}), run)
    group = written[name]
    for key in path[1:-1]:
        group = _group(group, path).setdefault(key, {})
    _group(group, path)[path[-1]] = value
    checked(group)


def _group(value: Any, path: tuple[str, ...]) -> dict[str, Any]:
    if type(value) is not dict:
        raise WrongType(".".join(path), kind_of(value))
    return value
