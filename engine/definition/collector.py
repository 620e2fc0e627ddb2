"""Gathers findings while a diagram is read, and puts them in the order of the document."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from engine.definition.codes import WORDINGS
from engine.definition.findings import Finding
from engine.definition.vocabulary import BPMN, Node, Words, kind_words, local_name, namespace
from engine.errors import SignalboxError, fill

LONGEST_QUOTE = 80  # characters of a diagram's text repeated in a message
LONGEST_NAME = 200  # characters of an element's id or name in a finding
MAX_FINDINGS = 1_000  # a hostile file could ask for millions
Parameter = str | int | Words


def finding(
    code: str, element_id: str | None = None, element_name: str | None = None, **parameters: Parameter
) -> Finding:
    """A worded finding. A parameter that differs between the languages is given as Words."""
    wording = WORDINGS[code]
    return Finding(
        code=code,
        severity=wording.severity,
        element_id=element_id,
        element_name=element_name,
        message_zh=fill(wording.zh, {name: _spoken(value, "zh") for name, value in parameters.items()}),
        message_en=fill(wording.en, {name: _spoken(value, "en") for name, value in parameters.items()}),
        help=code,
    )


def reason(error: SignalboxError) -> Words:
    """The words of a refusal of our own, to stand in a finding."""
    return Words(error.message("zh"), error.message("en"))


def nearest(name: str, known: Iterable[str]) -> Words:
    """“Did you mean …?”, or nothing if no known name is near."""
    matches = difflib.get_close_matches(name[:LONGEST_QUOTE], sorted(known), n=1)
    return Words(f"是否想写“{matches[0]}”？", f" Did you mean “{matches[0]}”?") if matches else Words("", "")


class Collector:
    """The findings of one document; every one names the nearest element that has an id."""

    def __init__(self, root: Node) -> None:
        self._place = {node: number for number, node in enumerate(root.iter())}
        self._found: dict[Finding, int] = {}

    def add(self, code: str, node: Node | None, **parameters: Parameter) -> None:
        """Note a finding at an element; None: at the file as a whole."""
        if len(self._found) > MAX_FINDINGS:
            return
        owner = _owner(node)
        element_id = owner.get("id", "")[:LONGEST_NAME] if owner is not None else None
        name = owner.get("name", "")[:LONGEST_NAME] or None if owner is not None else None
        place = self._place[node] if node is not None else -1
        worded = finding(code, element_id, name, **parameters)
        if len(self._found) == MAX_FINDINGS and worded not in self._found:
            worded, place = finding("too_many_findings", limit=MAX_FINDINGS), len(self._place)
        self._found.setdefault(worded, place)

    def sorted(self) -> tuple[Finding, ...]:
        """In document order, each once; after the limit only that there are more."""
        return tuple(sorted(self._found, key=lambda found: self._found[found]))


def words_of(node: Node) -> Words:
    return kind_words(local_name(node))


_PARTS = ("definitions", "EventDefinition", "Expression", "Characteristics", "timeDate", "timeDuration", "timeCycle")


def _owner(node: Node | None) -> Node | None:
    """The element a person can find in the drawing: the nearest that has an id and is not a mere part of one."""
    while node is not None:
        if namespace(node.tag) == BPMN and node.get("id") and not local_name(node).endswith(_PARTS):
            return node
        node = node.getparent()
    return None


def _spoken(value: Parameter, language: str) -> str:
    text = str(getattr(value, language)) if isinstance(value, Words) else str(value)
    return text if len(text) <= LONGEST_QUOTE or isinstance(value, Words) else text[:LONGEST_QUOTE] + "…"
