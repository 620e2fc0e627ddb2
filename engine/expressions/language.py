"""The language: sources in, compiled and cached expressions and scripts out."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial

from engine.expressions import feel, juel
from engine.expressions.budget import MAX_SCRIPT, MAX_SOURCE, MAX_TEXT, Code, Run
from engine.expressions.compiler import Compiler
from engine.expressions.errors import BadSyntax, ExpressionError, OverBudget, TooDeep, TooLong
from engine.expressions.expression import Expression
from engine.expressions.parsing import parse
from engine.expressions.registry import FunctionRegistry
from engine.expressions.script import Script, statements
from engine.expressions.values import as_text

_UNUSABLE = re.compile("[\x00\ud800-\udfff]")  # neither the databases nor UTF-8 can hold these

Translate = Callable[[str, int, int], juel.Translation]

CACHED = 2_048  # sources of each kind that one Language keeps compiled; the least recently used go first


class Language:
    """Compiles with the functions of a registry. All methods may be called by many threads."""

    def __init__(self, functions: FunctionRegistry) -> None:
        self.functions = functions
        self._expressions = lru_cache(CACHED)(self._compile)
        self._feel = lru_cache(CACHED)(partial(self._compile, translate=feel.translate))
        self._values = lru_cache(CACHED)(self._compile_value)
        self._scripts = lru_cache(CACHED)(self._compile_script)

    def compile(self, source: str) -> Expression:
        """The expression of a source, with or without `${…}`. Raises ExpressionError."""
        return self._expressions(_text(source))

    def compile_feel(self, source: str) -> Expression:
        """The expression of a decision: the same language, where `=` is equality too and `if … then … else …` is known.

        Raises ExpressionError.
        """
        return self._feel(_text(source))

    def compile_value(self, text: str) -> Expression:
        """An attribute's value: wholly `${…}` is an expression, with `${…}` inside a joined text, else the text itself.

        Raises ExpressionError.
        """
        return self._values(_text(text))

    def compile_script(self, source: str) -> Script:
        """The script of lines `name = expression` or `a.b = expression`. Raises ExpressionError."""
        return self._scripts(_text(source))

    def _compile(self, source: str, translate: Translate = juel.translate) -> Expression:
        _check_source(source, MAX_SOURCE)
        end = len(source.rstrip())
        start = len(source) - len(source.lstrip())
        if juel.opening(source) == start:
            last = juel.closing(source, start + 2)
            if last != end - 1:
                raise BadSyntax(source[last + 1 : end], last + 2)
            start, end = start + 2, last
        code, compiler = self._compile_part(source, start, end, translate)
        return Expression(source, code, [compiler])

    def _compile_value(self, text: str) -> Expression:
        _check_source(text, MAX_SCRIPT)
        parts: list[str | tuple[Code, Compiler]] = []
        at = 0
        while (opened := juel.opening(text, at)) >= 0:
            end = juel.closing(text, opened + 2)
            parts += [text[at:opened], self._compile_part(text, opened + 2, end)]
            at = end + 1
        parts.append(text[at:])
        compiled = [part for part in parts if not isinstance(part, str)]
        if len(compiled) == 1 and not any(isinstance(part, str) and part.strip() for part in parts):
            return Expression(text, compiled[0][0], [compiled[0][1]])
        pieces = [part if isinstance(part, str) else part[0] for part in parts]
        return Expression(text, lambda run: _join(pieces, run), [compiler for _, compiler in compiled])

    def _compile_script(self, source: str) -> Script:
        _check_source(source, MAX_SCRIPT)
        lines = []
        for statement in statements(source):
            code, compiler = self._compile_part(source, statement.start, statement.end)
            lines.append(
                (statement, Expression(source[statement.start : statement.end], code, [compiler], statement.start + 1))
            )
        return Script(source, lines)

    def _compile_part(
        self, source: str, start: int, end: int, translate: Translate = juel.translate
    ) -> tuple[Code, Compiler]:
        """The expression between two characters of a source; errors count the characters of the whole source."""
        if end - start > MAX_SOURCE:
            raise TooLong(position=start + 1, limit=MAX_SOURCE)
        translation = translate(source, start, end)
        compiler = Compiler(self.functions, translation)
        try:
            return compiler.compile(parse(translation, source)), compiler
        except (RecursionError, MemoryError):  # the parser's own limits
            raise TooDeep(position=start + 1) from None
        except ExpressionError as error:
            error.at(start + 1)
            raise


def _text(source: str) -> str:
    """The source, if it is a text: anything else could not be looked up in a cache."""
    if type(source) is not str:
        raise BadSyntax("", 1)
    return source


def _check_source(source: str, limit: int) -> None:
    if len(source) > limit:
        raise TooLong(position=limit + 1, limit=limit)
    unusable = _UNUSABLE.search(source)
    if unusable is not None:
        raise BadSyntax("?", unusable.start() + 1)


def _join(pieces: list[str | Code], run: Run) -> str:
    """The pieces of a text with expressions inside; its length is checked before it is built further."""
    joined = ""
    for piece in pieces:
        text = piece if isinstance(piece, str) else as_text(piece(run))
        if len(joined) + len(text) > MAX_TEXT:
            raise OverBudget("text")
        run.take(len(text) // 16)
        joined += text
    return joined
