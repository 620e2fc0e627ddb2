"""The cells of inputs: S-FEEL unary tests, parsed by hand into plain tests; nothing in a cell is ever run as code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.decisions import literals
from engine.decisions.literals import Token
from engine.expressions.budget import Run
from engine.expressions.errors import BadSyntax, TooLong, WrongType
from engine.expressions.expression import Expression
from engine.expressions.language import Language
from engine.expressions.operators import equal, in_order, ordered
from engine.expressions.values import kind_of

MAX_CELL = 2_000  # characters
_ORDERED = frozenset({"number", "text", "date", "time", "duration"})


@dataclass(frozen=True)
class Literal:
    """A value that stands in the cell."""

    value: Any

    def of(self, run: Run) -> Any:
        return self.value


@dataclass(frozen=True)
class Variable:
    """A path that is read when the decision is made."""

    expression: Expression

    def of(self, run: Run) -> Any:
        return self.expression.run(run)


Operand = Literal | Variable


@dataclass(frozen=True)
class Comparison:
    """`< 5`, `"a"`, `= null`."""

    sign: str  # == < <= > >=
    operand: Operand

    @property
    def operands(self) -> tuple[Operand, ...]:
        return (self.operand,)

    def holds(self, value: Any, run: Run) -> bool:
        other = self.operand.of(run)
        if self.sign == "==":
            return equal(value, other, run)
        return value is not None and other is not None and ordered(self.sign, value, other, run)


@dataclass(frozen=True)
class Interval:
    """`[5..10]`: both ends closed; `(5..10)` or `]5..10[`: both open."""

    low: Operand
    low_sign: str  # > or >=
    high: Operand
    high_sign: str  # < or <=

    @property
    def operands(self) -> tuple[Operand, ...]:
        return (self.low, self.high)

    def holds(self, value: Any, run: Run) -> bool:
        low, high = self.low.of(run), self.high.of(run)
        if value is None or low is None or high is None:
            return False
        return ordered(self.low_sign, value, low, run) and ordered(self.high_sign, value, high, run)


Test = Comparison | Interval


@dataclass(frozen=True)
class Cell:
    """One entry: holds when one of the tests does, or none of them if negated. No tests: it always holds.

    Null meets only `null`, an equal variable, `-`, and a `not(…)` whose tests it does not meet.
    """

    tests: tuple[Test, ...] = ()
    negated: bool = False

    @property
    def is_any(self) -> bool:
        return not self.tests

    @property
    def operands(self) -> Iterator[Operand]:
        for test in self.tests:
            yield from test.operands

    @property
    def values(self) -> list[Any]:
        """The literals."""
        return [operand.value for operand in self.operands if isinstance(operand, Literal)]

    @property
    def is_fixed(self) -> bool:
        """Whether it says the same whatever the variables are."""
        return all(isinstance(operand, Literal) for operand in self.operands)

    def holds(self, value: Any, run: Run) -> bool:
        """Raises ExpressionError when the value is of another kind than the cell."""
        run.take(1 + len(self.tests))
        return self.is_any or any(test.holds(value, run) for test in self.tests) is not self.negated


def parse_cell(source: str, language: Language) -> Cell:
    """The cell of a text. Raises ExpressionError with the place of what cannot be read."""
    if len(source) > MAX_CELL:
        raise TooLong(position=MAX_CELL + 1, limit=MAX_CELL)
    return _Parser(source, language).cell()


class _Parser:
    """Reads one cell from left to right; there is nothing to nest, so nothing is recursive."""

    def __init__(self, source: str, language: Language) -> None:
        self._tokens = literals.tokens(source)
        self._end = len(source) + 1
        self._at = 0
        self._language = language

    def cell(self) -> Cell:
        if not self._tokens or (len(self._tokens) == 1 and self._tokens[0].text == "-"):
            return Cell()
        negated = self._tokens[0].text == "not" and len(self._tokens) > 1 and self._tokens[1].text == "("
        if negated:
            self._at = 2
        tests = [self._test()]
        while self._take(","):
            tests.append(self._test())
        if negated:
            self._expect(")")
        if self._at < len(self._tokens):
            raise self._wrong()
        return Cell(tuple(tests), negated)

    def _test(self) -> Test:
        token = self._next()
        if token.kind == "sign" and token.text in ("<", "<=", ">", ">=", "="):
            operand = self._operand(self._next())
            sign = "==" if token.text == "=" else token.text
            if sign != "==":
                self._check_ordered(sign, operand)
            return Comparison(sign, operand)
        if token.kind == "sign" and token.text in ("[", "(", "]"):
            return self._interval(token)
        return Comparison("==", self._operand(token))

    def _interval(self, opening: Token) -> Interval:
        low = self._operand(self._next())
        self._expect("..")
        high = self._operand(self._next())
        closing = self._next()
        if closing.kind != "sign" or closing.text not in ("]", ")", "["):
            raise BadSyntax(closing.text, closing.position)
        low_sign = ">=" if opening.text == "[" else ">"
        high_sign = "<=" if closing.text == "]" else "<"
        self._check_ordered("..", low, high)
        if isinstance(low, Literal) and isinstance(high, Literal):
            is_closed = (low_sign, high_sign) == (">=", "<=")
            if not in_order("<=" if is_closed else "<", low.value, high.value):
                raise BadSyntax("..", opening.position)
        return Interval(low, low_sign, high, high_sign)

    def _operand(self, token: Token) -> Operand:
        if token.kind == "sign" and token.text == "-":
            inner = self._next()
            if inner.kind != "number":
                raise BadSyntax(inner.text, inner.position)
            return Literal(-literals.number(inner))
        if token.kind == "number":
            return Literal(literals.number(token))
        if token.kind == "text":
            return Literal(literals.text(token))
        if token.kind == "call":
            return self._call(token)
        if token.kind == "name":
            if token.text in literals.WORDS:
                return Literal(literals.WORDS[token.text])
            return Variable(self._language.compile(token.text))
        raise BadSyntax(token.text, token.position)

    def _call(self, token: Token) -> Literal:
        """`date("…")` and its like; the name's blanks are of no account."""
        self._expect("(")
        argument = self._next()
        if argument.kind != "text":
            raise BadSyntax(argument.text, argument.position)
        self._expect(")")
        return Literal(literals.CALLS[" ".join(token.text.split())](literals.text(argument)))

    def _check_ordered(self, sign: str, *operands: Operand) -> None:
        kinds = [kind_of(operand.value) for operand in operands if isinstance(operand, Literal)]
        if any(kind not in _ORDERED for kind in kinds) or len(set(kinds)) > 1:
            raise WrongType(sign, *kinds, position=self._tokens[self._at - 1].position)

    def _next(self) -> Token:
        if self._at >= len(self._tokens):
            raise self._wrong()
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, sign: str) -> bool:
        is_there = self._at < len(self._tokens) and self._tokens[self._at].text == sign
        self._at += is_there
        return is_there

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise self._wrong()

    def _wrong(self) -> BadSyntax:
        if self._at >= len(self._tokens):
            return BadSyntax("…", self._end)
        return BadSyntax(self._tokens[self._at].text, self._tokens[self._at].position)
