"""The pre-pass: own tokens turn what Camunda models write into the Python grammar; string literals stay untouched."""

from __future__ import annotations

import keyword
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.expressions.budget import MAX_DEPTH
from engine.expressions.errors import BadSyntax, NotAllowed, TooDeep

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")
      | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
      | (?P<name>[^\W\d]\w*)
      | (?P<operator>&&|\|\||==|!=|<=|>=|//|\*\*|[-+*/%<>!()\[\]{},.:=])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))")
_PLAIN_ESCAPES = frozenset("\\'\"nrt")
_OPERANDS = frozenset({"name", "number", "text"})
_CLOSING = {"(": ")", "[": "]", "{": "}"}

_GRAMMAR_WORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "for", "True", "False", "None"})
_WORDS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "div": "/",
    "mod": "%",
    "true": "True",
    "false": "False",
    "null": "None",
}
_SIGNS = {"&&": "and", "||": "or"}
_PREFIXES = {"!": "not", "empty": "empty"}
"""Tight prefixes of JUEL; Python's `~` carries them, and Translation.prefixes remembers which one was written."""


@dataclass(frozen=True)
class Token:
    kind: str  # space, text, number, name, operator
    text: str
    start: int  # 0-based character of the source


@dataclass
class Translation:
    """Python grammar on one line, and the way back to the source's characters."""

    text: str = ""
    prefixes: dict[int, str] = field(default_factory=dict)  # byte offset of a `~` -> "not" or "empty"
    _offsets: list[int] = field(default_factory=list)  # byte offset of each piece, as the parser counts
    _starts: list[int] = field(default_factory=list)  # its character in the source
    _size: int = 0

    def add(self, piece: str, start: int) -> None:
        self._offsets.append(self._size)
        self._starts.append(start)
        self.text += piece
        self._size += len(piece.encode())

    def add_prefix(self, meaning: str, start: int) -> None:
        self.prefixes[self._size] = meaning
        self.add("~", start)

    def position(self, byte_offset: int) -> int:
        """The 1-based character of the source that the parser's offset stands for."""
        if not self._offsets:
            return 1
        return self._starts[max(0, bisect_right(self._offsets, byte_offset) - 1)] + 1


def tokens(source: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The tokens from `start` on, brackets matched. Raises BadSyntax, NotAllowed or TooDeep at the first wrong one."""
    end = len(source) if end is None else end
    open_brackets: list[str] = []
    previous: Token | None = None
    while start < end:
        match = _TOKEN.match(source, start, end)
        if match is None or match.lastgroup is None:
            raise BadSyntax(source[start], start + 1)
        token = Token(match.lastgroup, match.group(), start)
        _check(token, previous)
        if token.kind == "operator":
            _match_brackets(token, open_brackets)
        yield token
        start, previous = match.end(), token
    if open_brackets:
        raise BadSyntax(open_brackets[-1], end + 1)


def _check(token: Token, previous: Token | None) -> None:
    """Where our tokens and Python's could come apart, the source is refused: prefixed or joined strings, odd names."""
    if previous is not None and _touches(previous, token):
        raise BadSyntax(previous.text + token.text, token.start + 1)
    if token.kind == "name":
        if token.text.startswith("_") or unicodedata.normalize("NFKC", token.text) != token.text:
            raise NotAllowed(token.text, token.start + 1)
        if not token.text.isidentifier():
            raise BadSyntax(token.text, token.start + 1)
    elif token.kind == "text":
        _check_escapes(token)


def _touches(previous: Token, token: Token) -> bool:
    """`f'…'`, `'a''b'`, `1if`, `1.real`: two tokens that the parser would read as something else."""
    if "." in (previous.text, token.text):
        return "number" in (previous.kind, token.kind)
    return previous.kind in _OPERANDS and token.kind in _OPERANDS


def _check_escapes(token: Token) -> None:
    for escape in _ESCAPE.finditer(token.text):
        code, character = escape.groups()
        is_known = character in _PLAIN_ESCAPES if code is None else _is_character(int(code, 16))
        if not is_known:
            raise BadSyntax(escape.group(), token.start + escape.start() + 1)


def _is_character(code: int) -> bool:
    return code != 0 and not 0xD800 <= code <= 0xDFFF


def _match_brackets(token: Token, open_brackets: list[str]) -> None:
    if token.text in _CLOSING:
        open_brackets.append(token.text)
        if len(open_brackets) > MAX_DEPTH:
            raise TooDeep(token.text, token.start + 1)
    elif token.text in (")", "]", "}") and (not open_brackets or _CLOSING[open_brackets.pop()] != token.text):
        raise BadSyntax(token.text, token.start + 1)


def translate(source: str, start: int = 0, end: int | None = None) -> Translation:
    """The expression between two characters of a source, in the Python grammar. Raises ExpressionError."""
    return translated(tokens(source, start, end))


def translated(pieces: Iterable[Token]) -> Translation:
    """Tokens in the Python grammar; each keeps the place where it stood. Raises ExpressionError."""
    translation = Translation()
    before = ""  # the last token that is not space
    kind_before = ""
    for token in pieces:
        if token.kind == "space":
            if before:
                translation.add(" ", token.start)
            continue
        if token.kind == kind_before == "text":
            raise BadSyntax(token.text, token.start + 1)  # the parser would join the two texts
        if token.kind == "name" and before != ".":
            _add_word(translation, token)
        elif token.kind == "operator":
            _add_sign(translation, token)
        else:
            translation.add(token.text, token.start)
        before, kind_before = token.text, token.kind
    return translation


def _add_word(translation: Translation, token: Token) -> None:
    if token.text in _PREFIXES:
        translation.add_prefix(_PREFIXES[token.text], token.start)
    elif token.text in _WORDS:
        translation.add(_WORDS[token.text], token.start)
    elif keyword.iskeyword(token.text) and token.text not in _GRAMMAR_WORDS:
        raise NotAllowed(token.text, token.start + 1)
    else:
        translation.add(token.text, token.start)


def _add_sign(translation: Translation, token: Token) -> None:
    if token.text in ("**", "="):
        raise NotAllowed(token.text, token.start + 1)
    if token.text in _PREFIXES:
        translation.add_prefix(_PREFIXES[token.text], token.start)
    elif token.text in _SIGNS:
        translation.add(f" {_SIGNS[token.text]} ", token.start)
    else:
        translation.add(token.text, token.start)


def opening(source: str, start: int = 0) -> int:
    """Where the next `${` or `#{` stands, -1 if there is none."""
    found = [at for at in (source.find("${", start), source.find("#{", start)) if at >= 0]
    return min(found, default=-1)


def closing(source: str, start: int) -> int:
    """The `}` that ends the expression whose `${` ends before `start`. Raises BadSyntax when there is none."""
    depth = 0
    at = start
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise BadSyntax(source[at], at + 1)
        if match.group() == "{":
            depth += 1
        elif match.group() == "}":
            if depth == 0:
                return at
            depth -= 1
        at = match.end()
    raise BadSyntax("${", start - 1)


def is_reserved(word: str) -> bool:
    """Whether a word has a meaning in the grammar, so that no variable can be called so."""
    return word in _WORDS or word in _PREFIXES or keyword.iskeyword(word)
