"""Processes as a kind of designs: BPMN bytes."""

from __future__ import annotations

from html import escape

from sqlalchemy import Connection

from engine.commands.publish_definition import store_definition
from engine.definition.changes import Change
from engine.definition.check import executable_process
from engine.definition.collector import reason
from engine.definition.comparison import compare
from engine.definition.findings import Finding
from engine.definition.xml import read_document
from engine.definitions import Definitions
from engine.design_kind import PublishedVersion, Stored, Verdict
from engine.models import ProcessDefinition
from engine.published_forms import designed_forms
from engine.publishing import newest_version, version_by_id
from engine.spiff.errors import ExecutionLimit
from engine.spiff.trial import trial_start
from engine.unit_of_work import UnitOfWork

_TABLE = ProcessDefinition.__table__
_EMPTY = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="{key}_definitions" targetNamespace="http://signalbox/bpmn">
  <bpmn:process id="{key}" name="{name}" isExecutable="true">
    <bpmn:startEvent id="begin" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{key}_diagram">
    <bpmndi:BPMNPlane id="{key}_plane" bpmnElement="{key}">
      <bpmndi:BPMNShape id="begin_shape" bpmnElement="begin">
        <dc:Bounds x="160" y="200" width="36" height="36" />
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


class ProcessDesigns:
    """engine.design_kind.DesignKind."""

    name, zh, en = "process", "流程", "process"
    media_type, ending = "application/xml", "bpmn"

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def check(self, connection: Connection, organisation_id: int, content: bytes) -> Verdict:
        forms = designed_forms(connection, organisation_id)
        report = self._definitions.check_for(connection, organisation_id, content, forms)
        if report.model is None:
            return Verdict(False, report.findings)
        try:
            trial_start(report.model)
        except ExecutionLimit as limit:
            return Verdict(False, (*report.findings, _too_much(limit)))
        return Verdict(True, report.findings)

    def key_of(self, content: bytes) -> str | None:
        return self._attribute(content, "id")

    def name_of(self, content: bytes) -> str | None:
        return self._attribute(content, "name")

    def empty(self, key: str, name: str) -> bytes:
        return _EMPTY.format(key=escape(key), name=escape(name)).encode()

    def compare(self, old: bytes, new: bytes) -> tuple[Change, ...]:
        return compare(old, new)

    def publish(self, uow: UnitOfWork, organisation_id: int, content: bytes) -> Stored:
        stored = store_definition(uow, organisation_id, content)
        return Stored(stored.definition_id, stored.version, stored.findings)

    def published(self, connection: Connection, organisation_id: int, key: str) -> PublishedVersion | None:
        return newest_version(connection, _TABLE, organisation_id, key)

    def version(self, connection: Connection, organisation_id: int, id: int) -> PublishedVersion | None:
        return version_by_id(connection, _TABLE, organisation_id, id)

    @staticmethod
    def _attribute(content: bytes, name: str) -> str | None:
        root = read_document(content).root
        process = executable_process(root) if root is not None else None
        return (process.get(name) or "").strip() or None if process is not None else None


def _too_much(limit: ExecutionLimit) -> Finding:
    words = reason(limit)
    return Finding(limit.code, "error", None, None, words.zh, words.en, limit.code)
