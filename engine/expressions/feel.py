"""The pre-pass for decision tables: `=` is equality and `if … then … else …` a condition; the rest is our language."""

from __future__ import annotations

from engine.expressions.budget import MAX_DEPTH
from engine.expressions.errors import BadSyntax, TooDeep
from engine.expressions.juel import Token, Translation, tokens, translated

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_BEFORE_OPERAND = frozenset({"and", "or", "not", "in", "is", "if", "then", "else"})


def translate(source: str, start: int = 0, end: int | None = None) -> Translation:
    """The expression between two characters of a source, in the Python grammar. Raises ExpressionError."""
    pieces = [_equality(token) for token in tokens(source, start, end)]
    if any(token.kind == "name" and token.text == "then" for token in pieces):
        pieces = _Conditions(pieces).ordered()
    return translated(pieces)


def _equality(token: Token) -> Token:
    is_sign = token.kind == "operator" and token.text == "="
    return Token("operator", "==", token.start) if is_sign else token


class _Conditions:
    """Puts `if C then A else B` into the order `(A if C else B)`; every token keeps its place in the source."""

    def __init__(self, pieces: list[Token]) -> None:
        self._pieces = pieces
        self._at = 0
        self._depth = 0

    def ordered(self) -> list[Token]:
        """All tokens. Raises BadSyntax at a `then` without its `if`, TooDeep."""
        found = self._until(frozenset())
        if self._at < len(self._pieces):
            raise self._wrong()
        return found

    def _until(self, stops: frozenset[str]) -> list[Token]:
        """The tokens up to a word or sign that ends this part, or the end; that one is not taken."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TooDeep(position=self._place())
        found: list[Token] = []
        before: Token | None = None
        while self._at < len(self._pieces):
            token = self._pieces[self._at]
            if token.text in stops or (token.kind == "name" and token.text == "then"):
                break
            self._at += 1
            if token.text == "if" and _expects_operand(before):
                found += self._condition(token)
            else:
                found.append(token)
            if token.kind == "operator" and token.text in _CLOSING:
                found += self._until(frozenset({_CLOSING[token.text]}))
                found.append(self._take(_CLOSING[token.text]))
            before = found[-1] if token.kind != "space" else before
        self._depth -= 1
        return found

    def _condition(self, word: Token) -> list[Token]:
        """What follows an `if` that stands where a value is expected."""
        condition = self._until(frozenset({"then"}))
        self._take("then")
        value = self._until(frozenset({"else"}))
        otherwise = self._take("else")
        rest = self._until(frozenset({")", "]", "}", ",", "else"}))
        at = word.start
        return [
            *(Token("operator", "(", at), *value, _space(at), word, _space(at), *condition),
            *(_space(at), otherwise, _space(at), *rest, Token("operator", ")", at)),
        ]

    def _take(self, text: str) -> Token:
        if self._at >= len(self._pieces) or self._pieces[self._at].text != text:
            raise self._wrong()
        self._at += 1
        return self._pieces[self._at - 1]

    def _wrong(self) -> BadSyntax:
        text = self._pieces[self._at].text if self._at < len(self._pieces) else "if"
        return BadSyntax(text, self._place())

    def _place(self) -> int:
        return self._pieces[min(self._at, len(self._pieces) - 1)].start + 1


def _space(at: int) -> Token:
    return Token("space", " ", at)


def _expects_operand(before: Token | None) -> bool:
    """Whether a value is expected next, so that an `if` begins one."""
    if before is None:
        return True
    return before.text in _BEFORE_OPERAND or (before.kind == "operator" and before.text not in (")", "]", "}"))
