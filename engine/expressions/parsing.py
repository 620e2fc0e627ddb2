"""The tree of an expression: Python's parser, which runs nothing, and how the parts of its grammar are called."""

from __future__ import annotations

import ast

from engine.expressions.errors import BadSyntax
from engine.expressions.juel import Translation

_REFUSED: dict[type[ast.AST], str] = {
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.Tuple: ",",
    ast.Set: "{ }",
    ast.SetComp: "{ }",
    ast.DictComp: "{ }",
    ast.Starred: "*",
    ast.Slice: ":",
}


def parse(translation: Translation, source: str) -> ast.expr:
    """The tree of a translated expression. Raises BadSyntax; `source` is what errors quote."""
    try:
        return ast.parse(translation.text, mode="eval").body
    except (SyntaxError, ValueError) as error:
        # the parser reports an end that came too soon as offset 0
        column = (getattr(error, "offset", None) or len(translation.text) + 1) - 1
        position = translation.position(len(translation.text[:column].encode()))
        raise BadSyntax(source[position - 1 : position].strip() or "…", position) from None


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` as text; None when the node is anything but names joined by dots."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return None


def written(node: ast.AST) -> str:
    """How a refused part of the grammar is written; class names of the parser are not for people."""
    return _REFUSED.get(type(node), "…")
