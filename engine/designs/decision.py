"""Decision files as a kind of designs: DMN bytes."""

from __future__ import annotations

from html import escape

from sqlalchemy import Connection

from engine.commands.publish_decisions import decisions_elsewhere, store_decisions
from engine.decisions.comparison import compare_decisions
from engine.decisions.vocabulary import ROOTS, dmn_children
from engine.definition.changes import Change
from engine.definition.vocabulary import Node
from engine.definition.xml import read_document
from engine.design_kind import PublishedVersion, Stored, Verdict
from engine.models import DecisionDefinition
from engine.published_decisions import Decisions
from engine.publishing import newest_version, version_by_id
from engine.unit_of_work import UnitOfWork

_TABLE = DecisionDefinition.__table__
_EMPTY = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" \
xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" \
id="{key}_file" name="{name}" namespace="http://signalbox/dmn">
  <decision id="{key}" name="{name}">
    <decisionTable id="{key}_table" hitPolicy="UNIQUE">
      <input id="{key}_input_1">
        <inputExpression id="{key}_expression_1" typeRef="string"><text></text></inputExpression>
      </input>
      <output id="{key}_output_1" name="result" typeRef="string" />
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram>
      <dmndi:DMNShape dmnElementRef="{key}"><dc:Bounds x="160" y="100" width="180" height="80" /></dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""


class DecisionDesigns:
    """engine.design_kind.DesignKind."""

    name, zh, en = "decision", "决策表", "decision table"
    media_type, ending = "application/xml", "dmn"

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions

    def check(self, connection: Connection, organisation_id: int, content: bytes) -> Verdict:
        report = self._decisions.check(content)
        elsewhere = decisions_elsewhere(connection, organisation_id, report.file) if report.file else ()
        return Verdict(report.file is not None and not elsewhere, report.findings + elsewhere)

    def key_of(self, content: bytes) -> str | None:
        root = _root(content)
        return _first(root, "id") if root is not None else None

    def name_of(self, content: bytes) -> str | None:
        root = _root(content)
        return _first(root, "name") if root is not None else None

    def empty(self, key: str, name: str) -> bytes:
        return _EMPTY.format(key=escape(key), name=escape(name)).encode()

    def compare(self, old: bytes, new: bytes) -> tuple[Change, ...]:
        return compare_decisions(old, new)

    def publish(self, uow: UnitOfWork, organisation_id: int, content: bytes) -> Stored:
        stored = store_decisions(uow, organisation_id, content)
        return Stored(stored.definition_id, stored.version, stored.findings)

    def published(self, connection: Connection, organisation_id: int, key: str) -> PublishedVersion | None:
        return newest_version(connection, _TABLE, organisation_id, key)

    def version(self, connection: Connection, organisation_id: int, id: int) -> PublishedVersion | None:
        return version_by_id(connection, _TABLE, organisation_id, id)


def _root(content: bytes) -> Node | None:
    return read_document(content, ROOTS).root


def _first(root: Node, name: str) -> str | None:
    """Of the file; a file that says nothing is called by its first decision."""
    nodes = (root, *dmn_children(root, "decision"))
    return next((found for node in nodes if (found := (node.get(name) or "").strip())), None)
