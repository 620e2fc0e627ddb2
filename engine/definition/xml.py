"""Bytes -> a safe XML tree: bounded, without DOCTYPE, entities or network, whatever the encoding."""

from __future__ import annotations

import io
import re
from typing import NamedTuple

from lxml import etree

from engine.definition.collector import finding
from engine.definition.encoding import decode
from engine.definition.findings import Finding
from engine.definition.vocabulary import Node, bpmn
from engine.errors import EngineError

MAX_BYTES = 1_000_000
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 64  # on one element
MAX_DEPTH = 100

_DECLARATION = re.compile(r"<\?xml\s[^<>]*\?>")
_BLANK = re.compile(r"\s*")


class XmlRefused(EngineError):
    """The file cannot be read as a diagram."""

    code, status = "xml_refused", 422
    zh = "文件无法作为流程图读取。"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__()


class Document(NamedTuple):
    """What was read. `root` is None if nothing usable was found; a root may come with findings about the encoding."""

    root: Node | None
    findings: tuple[Finding, ...] = ()


def parse_xml(content: bytes) -> Node:
    """The root element of a BPMN file. Raises XmlRefused with every finding."""
    document = read_document(content)
    if document.findings:
        raise XmlRefused(document.findings)
    return document.root


def read_document(
    content: bytes, roots: frozenset[str] = frozenset({bpmn("definitions")}), otherwise: Finding | None = None
) -> Document:
    """Read as far as is safe and gather the findings; never raises.

    `roots`: qualified names the root element may have. `otherwise`: the finding for any other; None: it is no BPMN.
    """
    if not content.strip():
        return Document(None, (finding("file_empty"),))
    if len(content) > MAX_BYTES:
        return Document(None, (finding("file_too_large", limit=MAX_BYTES, size=len(content)),))
    text, encoding_findings = decode(content)
    if text is None:
        return Document(None, encoding_findings)
    text = _without_declaration(text)
    root, found = None, _prolog_findings(text)
    if not found:
        root, found = _tree(text)
        if root is not None and root.tag not in roots:
            root, found = None, (otherwise or finding("not_bpmn"),)
    return Document(root, encoding_findings + found)


def _without_declaration(text: str) -> str:
    """The text is decoded already, so its declaration is taken off; line numbers stay."""
    match = _DECLARATION.match(text)
    return "\n" * match.group().count("\n") + text[match.end() :] if match else text


def _prolog_findings(text: str) -> tuple[Finding, ...]:
    """What stands before the root element: no DOCTYPE (hence no entity), no style sheet. The parser never sees them."""
    found: list[Finding] = []
    place = 0
    while True:
        blank = _BLANK.match(text, place)
        place = blank.end() if blank else place
        if text.startswith("<!DOCTYPE", place):
            return (*found, finding("doctype"))
        if text.startswith("<?xml-stylesheet", place):
            found.append(finding("stylesheet"))
        closing = "-->" if text.startswith("<!--", place) else "?>" if text.startswith("<?", place) else None
        end = text.find(closing, place + 4) if closing else -1
        if closing is None or end < 0:
            return tuple(found)
        place = end + len(closing)


def _tree(text: str) -> tuple[Node | None, tuple[Finding, ...]]:
    """Parse and count at the same time, so that a bomb is put away half-read."""
    source = io.BytesIO(text.encode("utf-8"))
    events = etree.iterparse(
        source,
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        excess = _bounds(events)
    except etree.XMLSyntaxError as error:
        return None, (finding("not_xml", line=error.lineno or 1),)
    if excess is not None:
        return None, (excess,)
    if events.root.getroottree().docinfo.doctype:
        return None, (finding("doctype"),)
    return events.root, ()


def _bounds(events: etree.iterparse) -> Finding | None:
    """Read to the end, or to the first limit that is passed."""
    elements = depth = 0
    for event, node in events:
        if event == "end":
            depth -= 1
            continue
        elements, depth = elements + 1, depth + 1
        if elements > MAX_ELEMENTS:
            return finding("too_many_elements", limit=MAX_ELEMENTS)
        if depth > MAX_DEPTH:
            return finding("too_deep", limit=MAX_DEPTH)
        if len(node.attrib) > MAX_ATTRIBUTES:
            return finding("too_many_attributes", limit=MAX_ATTRIBUTES, line=node.sourceline or 1)
    return None
