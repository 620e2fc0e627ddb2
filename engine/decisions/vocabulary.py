"""DMN names: namespaces, hit policies, aggregators, types, expression languages, and what may stand in a file."""

from __future__ import annotations

from engine.definition.vocabulary import Node, local_name, namespace

DMN = (
    "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
    "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
)
ROOTS = frozenset(f"{{{one}}}definitions" for one in DMN)

SINGLE = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})  # at most one row answers
HIT_POLICIES = SINGLE | {"RULE ORDER", "OUTPUT ORDER", "COLLECT"}
AGGREGATORS = frozenset({"SUM", "MIN", "MAX", "COUNT"})

TYPES: dict[str, str | None] = {
    "": None,
    "Any": None,
    "string": "text",
    "boolean": "boolean",
    "number": "number",
    "integer": "number",
    "long": "number",
    "double": "number",
    "date": "date",
    "dateTime": "time",
    "date and time": "time",
    "dayTimeDuration": "duration",
    "days and time duration": "duration",
}
"""typeRef -> the kind of our values; None: any kind."""
WHOLE = frozenset({"integer", "long"})

_FEEL = ("feel", "http://www.omg.org/spec/FEEL/20140401", "http://www.omg.org/spec/DMN/20180521/FEEL/")
FEEL = frozenset({"", "signalbox", *_FEEL, "https://www.omg.org/spec/DMN/20191111/FEEL/"})
LANGUAGES = FEEL | {"juel"}
"""Accepted values of expressionLanguage; "juel" (`${…}`) for expressions, not for the cells of inputs."""

DRAWN_ONLY = frozenset(
    {"description", "extensionElements", "textAnnotation", "association", "group", "knowledgeSource"}
)
IN_FILE = DRAWN_ONLY | {"decision", "inputData"}
IN_DECISION = frozenset(
    {
        *("description", "extensionElements", "question", "allowedAnswers", "authorityRequirement"),
        *("variable", "informationRequirement", "decisionTable", "literalExpression"),
    }
)
IN_TABLE = frozenset({"description", "extensionElements", "input", "output", "annotation", "rule"})
IN_RULE = frozenset({"description", "extensionElements", "inputEntry", "outputEntry", "annotationEntry"})


def dmn_children(node: Node, *names: str) -> list[Node]:
    """The child elements in a DMN namespace, all or only of these names. Shapes of the drawing are in others."""
    return [one for one in node if namespace(one.tag) in DMN and (not names or local_name(one) in names)]


def child_text(node: Node, name: str) -> str | None:
    """The text of `<name><text>…</text></name>`; None when there is no such child, or it is blank."""
    for child in dmn_children(node, name):
        for inner in dmn_children(child, "text"):
            return (inner.text or "").strip() or None
    return None
